"""An experiment's page: question, set-up, figures with captions, results, claims, meaning."""

from __future__ import annotations

import html
import shlex

from zerostage.experiment_finding import Finding, Verdict

STYLE = """
body { max-width: 68em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 Georgia, serif;
       color: #202020; }
h1, h2, p, ul, figcaption { max-width: 46em; }
h1 { font-size: 1.5em; line-height: 1.2; }
h2 { font-size: 1.05em; margin: 1.6em 0 0.3em; font-family: Helvetica, Arial, sans-serif; }
figure { margin: 1.4em 0; }
figure img { max-width: 100%; }
figcaption { font-size: 0.92em; color: #404040; }
code { font-size: 0.88em; background: #f2f2f2; padding: 0.1em 0.3em; }
.refuted { color: #b00020; font-weight: bold; }
.holds { color: #00795a; font-weight: bold; }
"""


def page(found: Finding) -> str:
    """The whole page; it shows the SVGs that lie beside it."""
    experiment = found.experiment
    figures = "\n".join(
        f'<figure><img src="{experiment.name}-{figure.name}.svg" alt="{_text(figure.title)}">\n'
        f"<figcaption><b>Figure {index}.</b> {_text(found.captions[figure.name])}</figcaption>"
        "</figure>"
        for index, figure in enumerate(experiment.figures, 1)
    )
    results = "\n".join(f"<li>{_text(result)}</li>" for result in found.results)
    claims = "\n".join(f"<li>{_claim(verdict)}</li>" for verdict in found.verdicts)
    command = shlex.join(experiment.command)
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{_text(experiment.title)}</title><style>{STYLE}</style></head>
<body>
<h1>{_text(experiment.title)}</h1>
<h2>Question</h2>
<p>{_text(experiment.question)}</p>
<h2>Set-up</h2>
<p>{_text(found.setup)}</p>
{figures}
<h2>Result</h2>
<ul>
{results}
</ul>
<h2>Claims, and what would refute them</h2>
<ul>
{claims}
</ul>
<h2>What it means</h2>
<p>{_text(found.meaning)}</p>
<p>All numbers are of this run, {len(found.rows)} simulations:
<a href="{experiment.name}.csv">table</a>. To repeat it: <code>{_text(command)}</code></p>
</body>
</html>
"""


def _claim(verdict: Verdict) -> str:
    word = "refuted" if verdict.refuted else "holds"
    return (
        f'<span class="{word}">{word}</span>: {_text(verdict.text)}'
        f" <small>(refuted if <code>{_text(verdict.condition)}</code>)</small>"
    )


def _text(text: str) -> str:
    return html.escape(text)
