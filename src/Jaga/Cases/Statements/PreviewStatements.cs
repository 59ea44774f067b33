using Jaga.Enforcement;

namespace Jaga.Cases.Statements;

/// <summary>What the persons whom a decision would touch will read, before it is made.</summary>
public sealed class PreviewStatements(Db db, TimeProvider clock, CaseSettings desk, StatementSettings settings, ComposeStatements compose)
{
    /// <param name="WithheldUntil">It would be held back until then; null where it would go at once.</param>
    public sealed record Card(Subject To, StatementKind Kind, StatementGround Ground, DateTimeOffset? WithheldUntil, IReadOnlyList<StatementText> Texts);

    /// <param name="request">The decision as it would be sent.</param>
    /// <returns>One for each person; none where nothing is done to anybody.</returns>
    public async Task<IReadOnlyList<Card>> Run(Id<Case> id, DecideCase.Request request, Actor actor, CancellationToken ct)
    {
        DecideCase.Check(request);
        var now = clock.GetUtcNow();
        var wishes = request.Actions ?? [];
        foreach (var wish in wishes)
        {
            wish.Check(now);
        }

        var @case = await db.Cases.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        var held = settings.Withhold.GetValueOrDefault(@case.Category);
        var composed = await compose.Run(@case, request.Verdict, request.Policy, request.Reason, wishes, now + desk.Undo, null, actor, ct);
        return [.. composed.Select(c => new Card(c.To, c.Kind, c.Ground, held > TimeSpan.Zero ? now + desk.Undo + held : null, [.. c.Texts.Select(t => ReadStatements.WithoutLink(t))]))];
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/statements/preview", async (Id<Case> id, DecideCase.Request request, PreviewStatements preview, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await preview.Run(id, request, actor, ct)))
        .Requires(Permission.DecideCases)
        .WithSummary("Preview the statements of reasons that a decision would send");
}
