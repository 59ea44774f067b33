using System.Globalization;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;

namespace Jaga.Server.Pages.Referrals;

/// <summary>Reads what was filled in on a draft's page onto the draft; what the form has no field for stays.</summary>
internal static class ReferralForms
{
    private static readonly char[] Between = [' ', ',', ';', '\n', '\r', '\t'];

    /// <summary>The place that holds what was written, where one can; null for none.</summary>
    public static TipPlace? Written(TipReport report) => report.Places.FirstOrDefault(p => p.Kind is TipPlaceKind.Chat or TipPlaceKind.Email or TipPlaceKind.Newsgroup or TipPlaceKind.Game);

    /// <exception cref="BadInput">A field cannot be read.</exception>
    public static EditReferral.Request Read(ReadReferrals.Whole seen, IFormCollection form)
    {
        var report = seen.Report;
        return new(
            int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : throw new BadInput("version", "The version that was read is missing."),
            report with
            {
                Incident = report.Incident with
                {
                    Type = Words.Read<TipIncidentType>("type", form["type"]) ?? report.Incident.Type,
                    Escalation = Given(form, "escalation"),
                    Annotations = Marks<TipAnnotation>(form, "annotations"),
                },
                Places = Places(report, Given(form, "content")),
                LawEnforcement = Authority(report.LawEnforcement, form),
                Reported = report.Reported is { } reported ? reported with { PriorReports = Numbers(Given(form, "prior")) } : null,
                AdditionalInfo = Given(form, "more"),
            },
            [.. seen.Files.Select(f => new FileWords(
                f.Number, Words.Read<TipClass>($"class-{f.Number}", form[$"class-{f.Number}"]), Marks<TipFileAnnotation>(form, $"marks-{f.Number}"), Words.Read<TipRelevance>($"relevance-{f.Number}", form[$"relevance-{f.Number}"]),
                bool.TryParse(form[$"public-{f.Number}"], out var isPublic) ? isPublic : null))]);
    }

    // What was written stands with the chat or mail that it was written in; where the case knows none, with a chat of the service.
    private static IReadOnlyList<TipPlace> Places(TipReport report, string? content) => Written(report) is { } place
        ? [.. report.Places.Select(p => ReferenceEquals(p, place) ? p with { Content = content } : p)]
        : content is null ? report.Places : [.. report.Places, new() { Kind = TipPlaceKind.Chat, Name = report.Incident.Platform, Content = content }];

    private static TipLawEnforcement? Authority(TipLawEnforcement? before, IFormCollection form) => Given(form, "agency") is not { } agency
        ? null
        : (before ?? new() { Agency = agency }) with { Agency = agency, CaseNumber = Given(form, "caseNumber"), ReportedToThem = form["reportedToThem"] == "true" ? true : null };

    private static List<long> Numbers(string? text) => [.. (text ?? "").Split(Between, StringSplitOptions.RemoveEmptyEntries)
        .Select(n => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new BadInput("prior", $"'{n}' is no number of a report.")).Distinct()];

    private static List<TMark> Marks<TMark>(IFormCollection form, string field)
        where TMark : struct, Enum => [.. form[field].Select(word => Words.Read<TMark>(field, word)).OfType<TMark>().Distinct()];

    private static string? Given(IFormCollection form, string field) => form[field].ToString() is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
