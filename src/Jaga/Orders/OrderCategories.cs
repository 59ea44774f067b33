using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// What an order may be about. Its clock, how bad it is taken to be and how little would do hang on this word, so a word that nobody here knows is not taken: it would be reckoned as harmless.
/// </summary>
public static class OrderCategories
{
    /// <summary>What fits none of the words: the order's reasons say what it is.</summary>
    public const string Other = "other";

    /// <summary>The words, the worst first. Those that a regime calls urgent are among them.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "csam", "grooming", "child-trafficking", "terrorism", "public-order", "intimate-image", "violence", "self-harm", "pornography", "gambling", "fraud", "illegal-food-drugs", "harassment", "hate", "defamation", "copyright", Other,
    ];

    // As authorities write them, in Indonesian and English.
    private static readonly Dictionary<string, string> Meant = new()
    {
        ["pornografi-anak"] = "csam", ["child-pornography"] = "csam", ["child-porn"] = "csam", ["csem"] = "csam", ["kekerasan-seksual-anak"] = "csam",
        ["perdagangan-anak"] = "child-trafficking", ["terorisme"] = "terrorism", ["terrorist"] = "terrorism", ["ketertiban-umum"] = "public-order", ["meresahkan-masyarakat"] = "public-order",
        ["gambar-intim"] = "intimate-image", ["ncii"] = "intimate-image", ["kekerasan"] = "violence", ["pornografi"] = "pornography", ["perjudian"] = "gambling", ["judi"] = "gambling", ["judi-online"] = "gambling",
        ["penipuan"] = "fraud", ["scam"] = "fraud", ["obat-makanan-ilegal"] = "illegal-food-drugs", ["pelecehan"] = "harassment", ["ujaran-kebencian"] = "hate", ["hate-speech"] = "hate",
        ["pencemaran-nama-baik"] = "defamation", ["hak-cipta"] = "copyright", ["lainnya"] = Other,
    };

    /// <summary>The word that is meant: in small letters with hyphens, and the known one for what authorities write in its place.</summary>
    public static string Mean(string written)
    {
        var word = string.Join('-', written.Split([' ', '_', '-'], StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
        return Meant.GetValueOrDefault(word, word);
    }

    /// <summary>What an agency is competent for, in the words that orders have: it may have been entered in its own (<c>pornografi-anak</c>).</summary>
    public static IEnumerable<string> Competence(Agency agency) => Competence(agency.Competence);

    /// <inheritdoc cref="Competence(Agency)"/>
    public static IEnumerable<string> Competence(IReadOnlyList<string> written) => written.Select(Mean).Distinct();

    /// <summary>Whether it may order about <paramref name="category"/>.</summary>
    internal static bool IsCompetent(Agency agency, string category) => agency.Competence.Contains(Agency.Everything) || Competence(agency).Contains(category);

    /// <exception cref="BadInput">Neither is the word known, nor does it stand in what the agency is competent for.</exception>
    internal static void MustBeKnown(string category, Agency agency)
    {
        if (!Known.Contains(category) && !Competence(agency).Contains(category))
        {
            throw new BadInput("category", $"This category is not known here. It is one of: {string.Join(", ", Known)}. Where none fits, choose other and say in the reasons what it is.");
        }
    }
}
