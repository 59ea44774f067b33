namespace Jaga.Obligations;

/// <summary>Repeats urgent notices up the ladder until somebody takes them, or what they are about is over (<see cref="Notices.Over"/>, and of itself an obligation), or a later notice says more about it.</summary>
public sealed class CallAgain(Db db, TimeProvider clock, Notices notices) : IRecurring
{
    private const int Batch = 100;

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!await db.Notices.AnyAsync(n => n.NextCallAt <= now, ct))
        {
            return false;
        }

        await using var transaction = await db.Begin(ct);
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        var due = await db.Notices.FromSqlRaw($$"""SELECT * FROM notices WHERE next_call_at <= {0} ORDER BY next_call_at LIMIT {{Batch}} {{db.SkipLocked()}}""", db.Time(now)).ToListAsync(ct);
#pragma warning restore EF1002
        var over = await Over(due, ct);
        foreach (var notice in due)
        {
            if (over.Contains(notice.Id))
            {
                notice.NextCallAt = null;
            }
            else
            {
                await notices.CallAgain(notice, ct);
            }
        }

        await transaction.Commit(ct);
        return due.Count == Batch;
    }

    private async Task<HashSet<Id<Notice>>> Over(List<Notice> due, CancellationToken ct)
    {
        var ids = due.Select(n => n.Id).ToList();
        var overtaken = await db.Notices.Where(n => ids.Contains(n.Id) && db.Notices.Any(l => l.About.Kind == n.About.Kind && l.About.Id == n.About.Id && l.Urgent && l.Id > n.Id)).Select(n => n.Id).ToListAsync(ct);
        var about = due.Where(n => n.About.Kind == "obligation").Select(n => Id<Obligation>.Parse(n.About.Id, null)).ToList();
        var kept = (await db.Obligations.Where(o => about.Contains(o.Id) && o.State != ObligationState.Open && o.State != ObligationState.Broken).Select(o => o.Id).ToListAsync(ct)).Select(o => o.ToString()).ToHashSet();
        return [.. overtaken, .. due.Where(n => n.About.Kind == "obligation" && kept.Contains(n.About.Id)).Select(n => n.Id)];
    }
}
