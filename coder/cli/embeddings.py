"""coder embeddings: let suggestions go by the meaning of sentences too."""

from pathlib import Path

import click

from coder.cli import options
from coder.cli.output import progress, result, result_json


@click.command()
@options.project
@click.argument("model", metavar="[MODEL|off]", required=False)
@click.option("--download", is_flag=True, help="Fetch the model from the Hugging Face hub if it is not here yet.")
@options.coder
@options.as_json
def embeddings(project: Path, model: str | None, download: bool, coder_name: str | None, as_json: bool) -> None:
    """Encode all texts with a sentence MODEL, and let suggestions go by their meaning as well as by their words.

    MODEL is a local folder or a name on the Hugging Face hub, for sentence-transformers or model2vec; nothing is
    fetched without --download. It needs the extra: pip install 'thematic-coder[embeddings]'. The vectors are kept in
    the project. off returns to words alone; without MODEL, say what is set.
    """
    from coder.embeddings import EmbeddingRun, encoder_of, switch_off
    from coder.session import open_session
    from coder.store.project import open_project

    if model is None:
        with open_project(project) as opened:
            encoder = encoder_of(opened)
        if as_json:
            result_json({"model": encoder.name if encoder else None})
        else:
            result(f"Suggestions go by {f'words and the embeddings of {encoder.name}' if encoder else 'words alone'}.")
        return
    session = open_session(project, coder_name)
    with session.project as opened:
        if model == "off":
            changed = switch_off(opened, session.coder_id)
            if as_json:
                result_json({"model": None, "changed": changed})
            else:
                result("Suggestions go by words alone.")
            return
        run = EmbeddingRun(opened, model, download=download)
        with progress("Encoding", "responses", run.responses) as shown:
            for done in run.encode():
                shown(done)
        changed = run.choose(session.coder_id)
    if as_json:
        result_json({"model": run.choice.name, "changed": changed, "responses": run.responses, "encoded": run.encoded})
    else:
        result(
            f"Suggestions go by words and the embeddings of {run.choice.name}: {run.encoded} texts were new, "
            f"of {run.responses} responses and the codebook."
        )
