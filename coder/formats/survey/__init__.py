"""A survey export becomes a table, a column plan that people can change, and a stream of rows under questions.

table = open_table(path)                                  # detect: kind, encoding, delimiter, header rows
plan = guess_plan(table, PlanOptions(open=("Q20",)))      # guess; or load_plan(yaml_text, table) from plan
survey = read_survey(table, plan)                         # read
for row in survey.rows(): ...
"""
