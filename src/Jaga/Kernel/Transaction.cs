using Microsoft.EntityFrameworkCore.Storage;

namespace Jaga.Kernel;

/// <summary>
/// The one transaction of a use case: opened at its start, committed at its end, everything or nothing.
/// Disposing without a commit rolls back.
/// </summary>
public sealed class Transaction(Db db, IDbContextTransaction inner, IDisposable? turn) : IAsyncDisposable
{
    /// <summary>Saves the rows, sequences the audit lines, and commits. After this returns, the act survives a crash.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody else changed one of the rows first; nothing was saved.</exception>
    public Task Commit(CancellationToken ct) => Commit<object?>(null, ct);

    /// <summary>Commits, and keeps <paramref name="answer"/> for whoever repeats the request with the same idempotency key.</summary>
    public async Task<T> Commit<T>(T answer, CancellationToken ct)
    {
        if (db.Write is { } write)
        {
            db.Add(write.Answer(answer, db.Now()));
        }

        await db.SaveChangesAsync(ct);
        foreach (var last in db.BeforeCommit.ToList())
        {
            await last(ct);
        }

        await inner.CommitAsync(ct);
        db.Write = null;
        turn?.Dispose();
        foreach (var tell in db.AfterCommit)
        {
            tell();
        }

        db.Forget();
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        db.Forget();
        await inner.DisposeAsync();
        turn?.Dispose();
    }
}
