using Jaga.Obligations;

namespace Jaga.Reports;

/// <summary>How the public is listened to. <c>Jaga__Reports__…</c></summary>
public sealed record ReportSettings
{
    /// <summary>
    /// The clauses under which a decision is owed to those who reported, separated by commas, besides the house's own <c>house.answer-report</c>.
    /// Name those of the countries that you serve. A clause whose regime names categories of reports (<see cref="Clause.Reports"/>) is opened by reports of those alone.
    /// </summary>
    public string Clauses { get; init; } = "eu-dsa.decide-notice, id-permenkominfo-5-2020.answer-complaint, us-take-it-down.remove";

    /// <summary>The address of the public page as reporters reach it, e.g. <c>https://safety.plaza.example/report</c>, for mail; empty: mail speaks of the page without it.</summary>
    public string Address { get; init; } = "";

    /// <summary>The platform's name as its users know it, on the public page and in mail; empty: "this platform".</summary>
    public string Platform { get; init; } = "";

    /// <summary>How to complain of a decision besides answering it with the receipt code, in the operator's own words by language (<c>en</c>, <c>id</c>), e.g. the out-of-court body.</summary>
    public IReadOnlyDictionary<string, string> Complaint { get; init; } = new Dictionary<string, string>();

    /// <summary>Reports in a minute on one node up to which a browser's puzzle is easy; each doubling beyond makes it twice as hard.</summary>
    public int EasyPerMinute { get; init; } = 600;

    /// <summary>Reports of one subject in an hour on one node up to which its reporters' puzzle is easy.</summary>
    public int EasyPerSubject { get; init; } = 200;

    /// <summary>The most reports in a minute on one node that the slower step without script lets through; others wait for the next minute, and browsers that solve the puzzle for nothing.</summary>
    public int StepsPerMinute { get; init; } = 120;

    /// <summary>The most of them from one part of the network (an IPv4 address's first 24 bits, an IPv6 one's first 48), so that nobody takes them all. No address is kept.</summary>
    public int StepsPerNetwork { get; init; } = 12;

    /// <summary>How long the slower step takes at least.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Wrong receipt codes in a minute on one node, whoever tries them; beyond, wrong ones are told so and right ones are opened as always.</summary>
    public int WrongCodesPerMinute { get; init; } = 60;

    /// <summary>The clauses, each by itself.</summary>
    internal IReadOnlyList<string> Owed => Clauses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal IEnumerable<string> Wrong(Regimes regimes)
    {
        foreach (var clause in Owed.Where(c => regimes.TryFind(c) is null))
        {
            yield return $"Reports:Clauses names '{clause}', which no regime has.";
        }

        foreach (var clause in Owed.Select(regimes.TryFind).OfType<Clause>().Where(c => !c.Reports.All(ReportCategories.All.Contains)))
        {
            yield return $"Reports:Clauses names '{clause.Name}', whose regime speaks of reports of '{string.Join(", ", clause.Reports)}'. There are {string.Join(", ", ReportCategories.All)}.";
        }

        if (Address.Length > 0 && !(Uri.TryCreate(Address, UriKind.Absolute, out var page) && page.Scheme is "https" or "http"))
        {
            yield return $"Reports:Address is '{Address}', which is no address of a page.";
        }

        if (EasyPerMinute < 1 || EasyPerSubject < 1 || StepsPerMinute < 1 || StepsPerNetwork < 1 || WrongCodesPerMinute < 1)
        {
            yield return "Reports:EasyPerMinute, EasyPerSubject, StepsPerMinute, StepsPerNetwork and WrongCodesPerMinute take 1 or more.";
        }

        if (Step < TimeSpan.Zero || Step > TimeSpan.FromMinutes(1))
        {
            yield return $"Reports:Step is {Step}. It takes 0 s to 1 min: nobody in need waits longer.";
        }
    }
}
