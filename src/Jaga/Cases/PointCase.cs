using Jaga.Audit;

namespace Jaga.Cases;

/// <summary>
/// Says what a place that a reporter described in words (<see cref="Locations.InWords"/>) is on the platform: until somebody does, there is nothing that the platform could be asked
/// to act on. The case stays about the words that it came with; what it means stands beside them.
/// </summary>
public sealed class PointCase(Db db, TimeProvider clock, AuditLog audit, Locations locations)
{
    private static readonly string[] Kinds = ["account", "group", "item", "link"];

    /// <param name="Kind"><c>account</c>, <c>group</c>, <c>item</c> or <c>link</c>.</param>
    /// <param name="Id">The platform's own id, or the address of any of them.</param>
    public sealed record Request(string Kind, string Id);

    /// <returns>What the place is now taken for.</returns>
    /// <exception cref="BadInput">There is no such kind, or the address is of another one.</exception>
    /// <exception cref="RuleBroken">The case is about something else than a place, is decided, or somebody else has it.</exception>
    public async Task<Subject> Run(Id<Case> id, Request request, Actor actor, CancellationToken ct)
    {
        var means = Read(request);
        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        var before = @case.Means;
        @case.Point(means, actor, clock.GetUtcNow());
        audit.Record(actor, "case.pointed", @case.Subject, means.ToString(), new { @case.About, means, before });
        return await transaction.Commit(means, ct);
    }

    private Subject Read(Request request)
    {
        if (!Kinds.Contains(request.Kind))
        {
            throw new BadInput("kind", "It is an account, a group, an item or a link.");
        }

        var written = request.Id?.Trim() ?? "";
        if (request.Kind == "link" || written.Contains("://", StringComparison.Ordinal) || Kinds.Any(k => written.StartsWith(k + ":", StringComparison.OrdinalIgnoreCase)))
        {
            // An address of the platform's own says itself what it is, and so does group:812.
            var found = locations.Find(written, "id");
            return found is { Kind: "link", Id: var id } && id.StartsWith("sha256:", StringComparison.Ordinal)
                ? throw new BadInput("id", "Of an address this long only a digest is kept, and the platform could not act on that. Give the item, account or group behind it.")
                : request.Kind == "link" || found.Kind == request.Kind ? found : throw new BadInput("id", "This address is of something else. Choose what it is, or a link.");
        }

        return written.Length is > 0 and <= 200 && !written.Any(char.IsControl)
            ? new Subject(request.Kind, Storable.Text(written))
            : throw new BadInput("id", "Give the platform's own id, 1 to 200 characters, or the address.");
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/means", async (Id<Case> id, Request request, PointCase point, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await point.Run(id, request, actor, ct)))
        .Requires(Permission.DecideCases)
        .WithSummary("Say what a place in words is on the platform");
}
