namespace Jaga.Reports;

/// <summary>
/// The fields that the form of aduankonten.id wants (Permenkominfo 5/2020, article 15(2)), for the reporter to take there. Nothing is submitted for them. The form's
/// own text was seen in secondary sources only.
/// </summary>
public static class AduanKonten
{
    /// <summary>What we do not fill in: who applies is theirs to say, and their words are here no more where an earlier report said nearly the same.</summary>
    public const string Theirs = "isi sendiri / to be filled in by yourself";

    // The form's own categories; to the left ours. Harassment is not SARA (ethnicity, religion, race, groups) unless it is that: the reporter may choose so there.
    private static readonly Dictionary<string, string> Categories = new()
    {
        ["csam"] = "Pornografi anak", ["grooming"] = "Kekerasan/kekerasan pada anak", ["intimate-image"] = "Pornografi", ["violence"] = "Kekerasan/kekerasan pada anak", ["terrorism"] = "Terorisme/Radikalisme",
        ["self-harm"] = "Konten yang meresahkan masyarakat", ["fraud"] = "Penipuan", ["gambling"] = "Perjudian", ["copyright"] = "HAKI",
    };

    /// <summary>The fields with their values, in the form's order. Where it wants a picture that nobody may possess, it says so in the reader's language.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(ReportReceipt report, string language) =>
    [
        ("applicant", Theirs),
        ("url", report.Location),
        ("category", Categories.GetValueOrDefault(report.Category) ?? "Konten yang meresahkan masyarakat"),
        ("reason", report.Words.Length > 0 ? report.Words : Theirs),
        ("time", report.Happened.Length > 0 ? report.Happened : ReportWords.Of(language).At(report.ReceivedAt)),
        ("screenshot", ReportCategories.PicturesWithheld(report.Category) ? ReportWords.Of(language)["no-screenshot"] : ""),
    ];
}
