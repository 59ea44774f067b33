using System.Net;
using System.Text;

namespace Jaga.Letters;

/// <summary>
/// What a letter's text may look like: paragraphs between empty lines, a heading after <c># </c>, items after <c>- </c>. Nothing else is markup,
/// so that what a template, a person's name or a pasted reference holds can only ever be text.
/// </summary>
internal static class LetterText
{
    /// <summary>The text as HTML. Fields are filled after the text was taken apart: a value never becomes markup.</summary>
    public static string Html(string body, IReadOnlyDictionary<string, string> values)
    {
        var html = new StringBuilder();
        foreach (var block in body.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var lines = block.Split('\n', StringSplitOptions.TrimEntries);
            if (lines is [['#', ' ', .. var heading]])
            {
                html.Append("<h2>").Append(Inline(heading, values)).Append("</h2>\n");
            }
            else if (lines.All(l => l.StartsWith("- ", StringComparison.Ordinal)))
            {
                html.Append("<ul>").AppendJoin("", lines.Select(l => $"<li>{Inline(l[2..], values)}</li>")).Append("</ul>\n");
            }
            else
            {
                html.Append("<p>").AppendJoin("<br>", lines.Select(l => Inline(l, values))).Append("</p>\n");
            }
        }

        return html.ToString();
    }

    /// <summary>The text as text.</summary>
    public static string Plain(string body, IReadOnlyDictionary<string, string> values) =>
        MergeFields.Fill(string.Join('\n', body.ReplaceLineEndings("\n").Split('\n').Select(l => l.StartsWith("# ", StringComparison.Ordinal) ? l[2..] : l)), values);

    private static string Inline(string line, IReadOnlyDictionary<string, string> values) => Escape(MergeFields.Fill(line, values));

    /// <summary>Text that stays text in HTML; its line ends are kept.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>");
}
