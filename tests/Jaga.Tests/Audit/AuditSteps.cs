using Jaga.Audit;

namespace Jaga.Tests.Audit;

/// <summary>What the tests of the audit log do again and again.</summary>
internal static class AuditSteps
{
    public static readonly Actor Somebody = new(ActorKind.Staff, "1", "Ani");

    /// <summary>Writes lines in one transaction.</summary>
    public static async Task Write(this JagaHost jaga, int count, string about = "1")
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        var (db, log) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        await using var transaction = await db.Begin(default);
        for (var i = 0; i < count; i++)
        {
            log.Record(Somebody, "thing.done", new("thing", about), $"reason {i}", new { Number = i, Text = "quote \" and \u00fc" });
        }

        await transaction.Commit(default);
    }

    public static Task<StoredCheckpoint> Sign(this JagaHost jaga) => jaga.Ask<SignCheckpoint, StoredCheckpoint>(s => s.Sign(default));

    public static VerifierKey Verifier(this JagaHost jaga) => jaga.Services.GetRequiredService<ICheckpointSigner>().Verifier;

    public static StorageSettings Storage(this JagaHost jaga) => jaga.Services.GetRequiredService<StorageSettings>();

    /// <summary>Verifies as the command line does: a connection of its own, read only, with the published checkpoint and key.</summary>
    public static async Task<AuditReport> Verify(this JagaHost jaga)
    {
        await using var db = await AuditEntries.Open(jaga.Storage(), default);
        var file = Path.Combine(jaga.Data, "audit", "checkpoint");
        string[] witnessed = File.Exists(file) ? [await File.ReadAllTextAsync(file)] : [];
        return await VerifyAudit.Run(AuditEntries.In(db, default), witnessed, [jaga.Verifier()], default);
    }

    /// <summary>Tampers as somebody who owns the database can: the guards are taken away first.</summary>
    public static Task Tamper(this JagaHost jaga, string sql) => jaga.Do(async db =>
    {
        var guards = db.Database.IsNpgsql()
            ? "ALTER TABLE audit_lines DISABLE TRIGGER ALL; ALTER TABLE audit_tiles DISABLE TRIGGER ALL; ALTER TABLE audit_checkpoints DISABLE TRIGGER ALL; ALTER TABLE audit_head DISABLE TRIGGER ALL;"
            : string.Concat(await db.Database.SqlQueryRaw<string>("SELECT 'DROP TRIGGER ' || name || ';' AS Value FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'").ToListAsync());
        if (guards.Length > 0)
        {
            await db.Database.ExecuteSqlRawAsync(guards);
        }

        Assert.NotEqual(0, await db.Database.ExecuteSqlRawAsync(sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)));
    });
}
