namespace Jaga.Enforcement;

/// <summary>Lists actions, oldest first: how a platform pulls what it is asked for when it cannot take webhooks.</summary>
public sealed class ReadActions(Db db, TimeProvider clock)
{
    public async Task<Page<ActionCard>> Run(ActionState? state, PageRequest page, CancellationToken ct)
    {
        var of = db.Actions.AsNoTracking();
        if (state is { } wanted)
        {
            of = of.Where(a => a.State == wanted);
        }

        if (page.AfterId<EnforcementAction>() is { } after)
        {
            of = of.Where(a => a.Id.CompareTo(after) > 0);
        }

        // What may still be taken back is nobody's business yet.
        var now = clock.GetUtcNow();
        var rows = await of.Where(a => a.StartsAt <= now).OrderBy(a => a.Id).Take(page.Rows + 1).ToListAsync(ct);
        return Page<ActionCard>.Of([.. rows.Select(ActionCard.Of)], page.Rows, a => a.Id.ToString());
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/actions", async (ReadActions read, string? state, string? after, int? size, CancellationToken ct) =>
            TypedResults.Ok(await read.Run(Words.Read<ActionState>("state", state), new(after, size), ct)))
        .Requires(Permission.ConfirmActions)
        .WithSummary("Pull actions").WithDescription("Oldest first. Answer each with POST /api/v1/actions/{id}/receipt.");
}
