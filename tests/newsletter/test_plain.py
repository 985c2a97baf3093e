"""The long form as plain text."""

import pytest

from campaign.newsletter.plain import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Glāžšķūņu rūķīši</p><p>dzied</p>", "Glāžšķūņu rūķīši\n\ndzied"),
        ("<h2>Pazīmes</h2><ul><li>viens</li><li>divi</li></ul>beigas", "Pazīmes\n\n– viens\n– divi\n\nbeigas"),
        ("a<br>b <b>c</b>&nbsp;d &lt;e&gt;", "a\nb c d <e>"),
        ('skat. <a href="https://kampana.example/lv/">lapu</a>.', "skat. lapu (https://kampana.example/lv/)."),
        ("<a>bez adreses</a>", "bez adreses"),
        ('<p>x<img src="a.png" alt="zāle"></p>', "xzāle"),
        ("<table><tr><td>viens</td></tr><tr><td>divi</td></tr></table>", "viens\ndivi"),
        ("<table><tr><th>kas</th><td>kad</td></tr></table>", "kas kad"),
        ("<p>pa   vidu\n  šķirts</p>", "pa vidu šķirts"),
        ("", ""),
    ],
)
def test_everything_readable_is_kept(html: str, text: str):
    assert plain_text(html) == text
