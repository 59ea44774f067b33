using System.Text.RegularExpressions;
using Jaga.Audit;

namespace Jaga.Reports.Flaggers;

/// <summary>Names an organisation whose reports are read before others.</summary>
public sealed partial class AddFlagger(Db db, TimeProvider clock, AuditLog audit)
{
    /// <param name="Name">Unique, 1 to 200 characters.</param>
    /// <param name="StatusBy">Who awarded its status, or who vouches for it; 1 to 200 characters.</param>
    /// <param name="Territory">Two letters (ISO 3166), <c>EU</c>, or <c>*</c>.</param>
    /// <param name="Categories">Of <see cref="ReportCategories.All"/>; null for everything.</param>
    /// <param name="Contact">At most 500 characters.</param>
    public sealed record Request(string Name, FlaggerKind Kind, string StatusBy, string Territory = "*", IReadOnlyList<string>? Categories = null, string? Contact = null);

    public sealed record Answer(Id<Flagger> Id);

    public async Task<Answer> Run(Request request, Actor actor, CancellationToken ct)
    {
        Check(request);
        await using var transaction = await db.Begin(ct);
        var flagger = Flagger.Of(request, clock.GetUtcNow());
        if (await db.Flaggers.AnyAsync(f => f.Name == flagger.Name, ct))
        {
            throw new RuleBroken($"There is a flagger named '{flagger.Name}' already.");
        }

        db.Add(flagger);
        audit.Record(actor, "flagger.added", flagger.Subject, flagger.StatusBy, new { flagger.Name, flagger.Kind, flagger.Territory, flagger.Categories });
        return await transaction.Commit(new Answer(flagger.Id), ct);
    }

    private static void Check(Request request)
    {
        var problems = new Dictionary<string, string[]>();
        void Must(bool good, string field, string reason) => _ = good || problems.TryAdd(field, [reason]);
        Must(request.Name?.Trim() is { Length: > 0 and <= 200 }, "name", "A name has 1 to 200 characters.");
        Must(request.StatusBy?.Trim() is { Length: > 0 and <= 200 }, "statusBy", "Say who awarded its status, or who vouches for it, in 1 to 200 characters.");
        Must(request.Territory is not null && Place().IsMatch(request.Territory.Trim()), "territory", "Two capital letters (ISO 3166), EU, or *.");
        Must(request.Categories is null || request.Categories.All(ReportCategories.All.Contains), "categories", $"Each is one of {string.Join(", ", ReportCategories.All)}.");
        Must(request.Contact is null or { Length: <= 500 }, "contact", "At most 500 characters.");
        if (problems.Count > 0)
        {
            throw new BadInput(problems);
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/flaggers", async (Request request, AddFlagger add, Actor actor, CancellationToken ct) => TypedResults.Ok(await add.Run(request, actor, ct)))
        .Requires(Permission.EditFlaggers)
        .WithSummary("Name a trusted flagger or another organisation");

    [GeneratedRegex(@"^([A-Z]{2}|\*)$")]
    private static partial Regex Place();
}
