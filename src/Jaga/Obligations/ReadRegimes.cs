namespace Jaga.Obligations;

/// <summary>The regimes that are loaded, with their clauses, clocks, and how surely each is known.</summary>
public static class ReadRegimes
{
    /// <summary>One regime.</summary>
    public sealed record RegimeShown(string Id, Sentence Name, string Country, string Source, IReadOnlyList<ClauseShown> Clauses, OrderRules? Orders);

    /// <summary>One clause, with how surely it is known.</summary>
    /// <param name="Due">ISO 8601.</param>
    public sealed record ClauseShown(string Name, string Cites, Sentence Duty, string Due, CountedDays Days, string Zone, DueBy DueBy, ClauseKind Kind, Sureness Sure, string Queue, IReadOnlyList<Step> Ladder, string? Note);

    public static IReadOnlyList<RegimeShown> Run(Regimes regimes) =>
    [
        .. regimes.All.Select(r => new RegimeShown(r.Id, r.Name, r.Country, r.Source,
            [.. r.Clauses.Select(c => new ClauseShown(c.Name, c.Cites, c.Duty, c.Due.Text, c.Due.Counted, c.Due.Calendar.Zone.Id, c.DueBy, c.Kind, c.Sure, c.Queue, c.Ladder, c.Note))], r.Orders)),
    ];

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/regimes", (Regimes regimes) => Run(regimes)).Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("The bodies of rules that are loaded, with their clocks");
}
