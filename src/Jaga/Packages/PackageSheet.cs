using System.Text;
using Jaga.Letters;

namespace Jaga.Packages;

/// <summary>The sheet that a package's papers are written on: one HTML file that prints on A4, needs nothing from anywhere, and in which nothing can run.</summary>
internal static class PackageSheet
{
    private const string Style = """
        @page { size: A4; margin: 18mm 16mm 20mm 18mm }
        html { font: 10.5pt/1.45 "Liberation Serif", "Noto Serif", Georgia, serif; color: #111; background: #fff }
        body { margin: 0 auto; max-width: 50rem; padding: 1.5rem; overflow-wrap: anywhere }
        header { border-bottom: 1px solid #888; padding-bottom: .5rem; margin-bottom: 1.2rem; font-weight: bold }
        h1 { font-size: 15pt; margin: 1rem 0 } h2 { font-size: 12pt; margin: 1.4rem 0 .4rem; break-after: avoid }
        table { border-collapse: collapse; width: 100%; font-size: 9pt } th, td { border: 1px solid #bbb; padding: .25rem .4rem; text-align: left; vertical-align: top }
        thead { display: table-header-group } tr { break-inside: avoid } dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .15rem 1rem } dt { color: #444 } dd { margin: 0 }
        code, .digest { font: 8.5pt/1.35 "Liberation Mono", "DejaVu Sans Mono", monospace } address { font-style: normal } .no { color: #8a1c1c } p, li { orphans: 3; widows: 3 }
        @media print { body { max-width: none; padding: 0 } }
        """;

    /// <summary>The page around a body that is HTML already.</summary>
    public static string Whole(string language, string title, string house, string body) => new StringBuilder()
        .Append("<!doctype html>\n<html lang=\"").Append(LetterText.Escape(language)).Append("\"><head><meta charset=\"utf-8\">")
        .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
        .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>").Append(LetterText.Escape(title)).Append("</title><style>").Append(Style).Append("</style></head><body>\n")
        .Append(house.Length > 0 ? $"<header>{LetterText.Escape(house)}</header>\n" : "").Append("<main>\n").Append(body).Append("</main></body></html>\n").ToString();

    /// <summary>A table; every cell is text.</summary>
    public static string Table(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows)
    {
        var html = new StringBuilder("<table><thead><tr>").AppendJoin("", heads.Select(h => $"<th scope=\"col\">{LetterText.Escape(h)}</th>")).Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(c => $"<td>{LetterText.Escape(c)}</td>")).Append("</tr>\n");
        }

        return html.Append("</tbody></table>\n").ToString();
    }
}
