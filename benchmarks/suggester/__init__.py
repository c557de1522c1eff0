"""What the theme suggester is worth, beside its peers: `python -m benchmarks.suggester`, and `.heavy`.

protocol  the splits, the scoring and the plain baselines, all of `few_shot.py` itself
ours      the one place that calls the program's suggester, as the product does
quality   few coded responses, all of them, definitions
honesty   calibration, evidence beside human highlights, the same bytes twice
speed     refits, bulk scoring, memory
heavy     fastText, spaCy and SetFit, in an environment of their own (peers runs inside it)
"""
