using System.Text;

namespace Jaga.Letters;

/// <summary>One letter as one recipient gets it: its subject line, its text, and the sheet with the letterhead.</summary>
public sealed record Sheet(string Subject, string Text, string Html);

/// <summary>Puts a letter on paper: letterhead, address, references, subject and text, as one HTML document that prints on A4 and needs nothing from anywhere.</summary>
public sealed class LetterPaper(LetterSettings settings, TimeProvider clock)
{
    private const string Style = """
        @page { size: A4; margin: 22mm 20mm 24mm 25mm }
        html { font: 11pt/1.45 "Liberation Serif", "Noto Serif", Georgia, serif; color: #111; background: #fff }
        body { margin: 0 auto; max-width: 42rem; padding: 1.5rem; overflow-wrap: anywhere }
        header { display: flex; gap: 1rem; align-items: center; border-bottom: 1px solid #888; padding-bottom: .6rem; margin-bottom: 1.6rem }
        header img { max-height: 18mm; max-width: 50mm }
        header b { font-size: 13pt }
        header p, address, dl { margin: 0; font-style: normal; font-size: 10pt }
        dl { margin: 1.2rem 0; display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem }
        dt { color: #444 } dd { margin: 0 }
        h1 { font-size: 12pt; margin: 1.4rem 0 1rem } h2 { font-size: 11pt; margin: 1.2rem 0 .4rem; break-after: avoid }
        p, li { orphans: 3; widows: 3 }
        @media print { body { max-width: none; padding: 0 } }
        """;

    /// <summary>The sheet for one recipient.</summary>
    /// <param name="dated">The day that stands on it: when it left, if it is made anew after that; null for today.</param>
    /// <exception cref="RuleBroken">A field has no value for them; it is named.</exception>
    public Sheet For(Letter letter, Draft draft, Party to, Letter? answers, DateTimeOffset? dated = null)
    {
        var today = dated ?? clock.GetUtcNow();
        var values = MergeFields.Of(letter, to, answers, settings, today);
        var subject = MergeFields.Fill(draft.Title, values);
        values["letter.subject"] = subject;
        return new(subject, LetterText.Plain(draft.Body, values), Html(letter, to, answers, subject, LetterText.Html(draft.Body, values), today));
    }

    /// <summary>The subject line for one recipient, for a list: what has no value is left out.</summary>
    internal string Subject(Letter letter, Party to, Letter? answers)
    {
        var values = MergeFields.Of(letter, to, answers, settings, to.LeftAt ?? clock.GetUtcNow());
        return MergeText.Fill(letter.Title, "title", field => values.GetValueOrDefault(field, "…"));
    }

    private string Html(Letter letter, Party to, Letter? answers, string subject, string body, DateTimeOffset today)
    {
        var words = letter.Language.StartsWith("id", StringComparison.OrdinalIgnoreCase)
            ? (To: "Kepada Yth.", Reference: "Nomor", Date: "Tanggal", Yours: "Surat Anda nomor", Subject: "Hal")
            : (To: "To", Reference: "Reference", Date: "Date", Yours: "Your reference", Subject: "Subject");
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"").Append(LetterText.Escape(letter.Language)).Append("\"><head><meta charset=\"utf-8\">")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>").Append(LetterText.Escape(subject)).Append("</title><style>").Append(Style).Append("</style></head><body>\n");
        if (settings.Name.Length > 0 || settings.Logo.Length > 0)
        {
            html.Append("<header>").Append(Logo()).Append("<div><b>").Append(LetterText.Escape(settings.Name)).Append("</b><p>").AppendJoin("<br>", settings.AddressLines.Select(LetterText.Escape)).Append("</p></div></header>\n");
        }

        html.Append("<address>").Append(words.To).Append("<br>").Append(LetterText.Escape(to.Name));
        foreach (var line in new[] { to.Organisation, to.PostalAddress }.Where(l => !string.IsNullOrEmpty(l)))
        {
            html.Append("<br>").Append(LetterText.Escape(line!));
        }

        html.Append("</address>\n<dl>");
        Fact(words.Reference, letter.Reference);
        Fact(words.Date, MergeFields.Day(today, letter.Language));
        if (answers is { Reference.Length: > 0 })
        {
            Fact(words.Yours, answers.Reference);
        }

        return html.Append("</dl>\n<h1>").Append(words.Subject).Append(": ").Append(LetterText.Escape(subject)).Append("</h1>\n<main>\n").Append(body).Append("</main></body></html>\n").ToString();

        void Fact(string name, string value) => html.Append("<dt>").Append(name).Append("</dt><dd>").Append(LetterText.Escape(value)).Append("</dd>");
    }

    private string Logo()
    {
        if (settings.Logo.Length == 0)
        {
            return "";
        }

        var bytes = File.ReadAllBytes(settings.Logo);
        return $"<img alt=\"\" src=\"data:{LetterSettings.LogoType(bytes)};base64,{Convert.ToBase64String(bytes)}\">";
    }
}
