namespace Jaga.Banks;

/// <summary>A counter of this room, kept in the database: <c>change</c>, <c>signal</c>, <c>bank</c>, <c>batch</c>.</summary>
internal sealed class BankCounter
{
    public required string Name { get; init; }

    public long Value { get; init; }

    /// <summary>Takes <paramref name="count"/> numbers and answers the first. Others wait for them until this transaction ends.</summary>
    public static async Task<long> Take(Db db, string name, int count, CancellationToken ct)
    {
        var taken = await db.Database.SqlQuery<long>($"UPDATE bank_counters SET value = value + {count} WHERE name = {name} RETURNING value AS \"Value\"").ToListAsync(ct);
        return taken.Single() - count + 1;
    }

    internal sealed class Table : IEntityTypeConfiguration<BankCounter>
    {
        public void Configure(EntityTypeBuilder<BankCounter> builder) => builder.ToTable("bank_counters").HasKey(c => c.Name);
    }
}

/// <summary>
/// Numbers the changes to banks, so that followers (the matcher of every node) read what is new and miss nothing. The number is taken at the very end of
/// a transaction and held until it commits, so that whoever sees number N sees every change up to N.
/// </summary>
public sealed class Changes(Db db, ChangeBell bell)
{
    private readonly List<Action<long>> _stamps = [];

    /// <summary>Gives the number to <paramref name="stamp"/> at commit. To be called after the audit line is recorded.</summary>
    public void Stamp(Action<long> stamp)
    {
        if (db.BeforeCommit.Count == 0)
        {
            // Every transaction takes the audit log's lock first and this one second; the other way round two could wait for each other for ever.
            throw new InvalidOperationException("Record the audit line before the change is numbered.");
        }

        if (!db.BeforeCommit.Contains(Number))
        {
            _stamps.Clear();
            db.BeforeCommit.Add(Number);
            db.AfterCommit.Add(bell.Ring);
        }

        _stamps.Add(stamp);
    }

    /// <summary>The number of the last change that is committed.</summary>
    public static Task<long> Last(Db db, CancellationToken ct) => db.Set<BankCounter>().Where(c => c.Name == "change").Select(c => c.Value).SingleAsync(ct);

    private async Task Number(CancellationToken ct)
    {
        var seq = await BankCounter.Take(db, "change", 1, ct);
        _stamps.ForEach(stamp => stamp(seq));
        await db.SaveChangesAsync(ct);
    }
}

/// <summary>Rings in this process when a bank has changed, so that its matcher need not wait for its next look. Other nodes look by the clock.</summary>
public sealed class ChangeBell
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next ring.</summary>
    public Task Next => _next.Task;

    public void Ring() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
