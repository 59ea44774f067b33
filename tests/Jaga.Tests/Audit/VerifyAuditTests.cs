using Jaga.Audit;

namespace Jaga.Tests.Audit;

public sealed class VerifyAuditTests
{
    public static TheoryData<Store, string, AuditFaultKind, long> Tampering()
    {
        var all = new TheoryData<Store, string, AuditFaultKind, long>();
        foreach (var store in Enum.GetValues<Store>())
        {
            foreach (var column in new[] { "actor = 'staff:2'", "action = 'thing.dona'", "subject_kind = 'thong'", "subject_id = '2'", "why = why || ' '", "details = replace(details, '7', '8')", "at = " + (store is Store.Sqlite ? "at + 1" : "at + interval '1 microsecond'") })
            {
                all.Add(store, $"UPDATE audit_lines SET {column} WHERE seq = 307", AuditFaultKind.Altered, 307);
            }

            all.Add(store, $"UPDATE audit_lines SET leaf = {(store is Store.Sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')")} WHERE seq = 9", AuditFaultKind.Altered, 9);
            all.Add(store, "DELETE FROM audit_lines WHERE seq = 17", AuditFaultKind.Missing, 17);
            all.Add(store, "DELETE FROM audit_lines WHERE seq = 0", AuditFaultKind.Missing, 0);
            all.Add(store, "DELETE FROM audit_lines WHERE seq >= 310", AuditFaultKind.Truncated, 310);
            all.Add(store, "DELETE FROM audit_lines", AuditFaultKind.Truncated, 0);
            all.Add(store, "UPDATE audit_lines SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4); UPDATE audit_lines SET seq = -seq WHERE seq < 0", AuditFaultKind.Altered, 3);
            all.Add(store, "UPDATE audit_lines SET seq = 400 WHERE seq = 319", AuditFaultKind.Truncated, 319);
            all.Add(store, "DELETE FROM audit_tiles", AuditFaultKind.Rewritten, 0);
            all.Add(store, $"UPDATE audit_tiles SET root = {(store is Store.Sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')")}", AuditFaultKind.Rewritten, 0);
            all.Add(store, "UPDATE audit_checkpoints SET note = replace(note, '300', '301') WHERE size = 300", AuditFaultKind.Checkpoint, 300);
            all.Add(store, "UPDATE audit_checkpoints SET size = 301 WHERE size = 300", AuditFaultKind.Checkpoint, 301);
            all.Add(store, "UPDATE audit_head SET size = 319", AuditFaultKind.Extra, 319);
            all.Add(store, "UPDATE audit_head SET size = 321", AuditFaultKind.Truncated, 320);
            all.Add(store, $"UPDATE audit_head SET frontier = {(store is Store.Sqlite ? "zeroblob(64)" : "decode(repeat('00', 64), 'hex')")}", AuditFaultKind.Head, 320);
        }

        return all;
    }

    [Theory, MemberData(nameof(Tampering))]
    public async Task Whatever_is_tampered_with_is_found_and_named(Store store, string sql, AuditFaultKind kind, long seq)
    {
        await using var jaga = await WithLines(store);
        Assert.Null((await jaga.Verify()).Fault);
        await jaga.Tamper(sql);
        var fault = (await jaga.Verify()).Fault;
        Assert.NotNull(fault);
        Assert.Equal((kind, seq), (fault.Kind, fault.Seq));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_line_rewritten_together_with_its_hash_is_found_by_its_tile_and_without_that_by_the_next_checkpoint(Store store)
    {
        await using var jaga = await WithLines(store);
        await Rewrite(jaga, 20);
        await Rewrite(jaga, 310);
        Assert.Equal((AuditFaultKind.Rewritten, 20), Of((await jaga.Verify()).Fault));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_line_rewritten_past_the_last_tile_is_found_between_two_checkpoints_and_nothing_more_is_signed(Store store)
    {
        await using var jaga = await WithLines(store);
        await Rewrite(jaga, 310);
        Assert.Equal((AuditFaultKind.Rewritten, 300), Of((await jaga.Verify()).Fault));
        await jaga.Write(1);
        await Assert.ThrowsAsync<AuditBroken>(() => jaga.Sign());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_log_rolled_back_as_a_whole_does_not_agree_with_the_checkpoint_outside_it(Store store)
    {
        await using var jaga = await WithLines(store);
        var edge = new Frontier();
        await jaga.Do(async db =>
        {
            foreach (var line in await db.AuditLines.AsNoTracking().Where(l => l.Seq < 300).OrderBy(l => l.Seq).ToListAsync())
            {
                edge.Append(line.Leaf);
            }
        });
        var bytes = Convert.ToHexStringLower(edge.ToBytes());
        await jaga.Tamper($"DELETE FROM audit_lines WHERE seq >= 300; DELETE FROM audit_checkpoints WHERE size > 300; UPDATE audit_head SET size = 300, frontier = {(store is Store.Sqlite ? $"x'{bytes}'" : $"decode('{bytes}', 'hex')")}");
        Assert.Equal((AuditFaultKind.Truncated, 300), Of((await jaga.Verify()).Fault));
    }

    [Fact]
    public async Task An_exported_log_verifies_and_every_altered_byte_of_it_is_found()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Write(3);
        await jaga.Sign();
        await jaga.Write(2);
        await jaga.Sign();
        using var export = new MemoryStream();
        await using (var db = await AuditEntries.Open(jaga.Storage(), default))
        {
            Assert.Equal(5, await ExportAudit.Run(db, export, default));
        }

        var whole = export.ToArray();
        Assert.Equal((5, 2, 5, null), await Read(jaga, whole));
        for (var i = 0; i < whole.Length; i++)
        {
            var altered = whole.ToArray();
            altered[i] ^= 0x01;
            Assert.True((await Read(jaga, altered)).Fault is not null, $"The change at byte {i} was not seen.");
        }

        var rows = System.Text.Encoding.UTF8.GetString(whole).TrimEnd('\n').Split('\n');
        Assert.Equal(AuditFaultKind.Missing, await Fault(jaga, [rows[0], rows[2], .. rows[3..]]));
        Assert.Equal(AuditFaultKind.Order, await Fault(jaga, [rows[1], rows[0], .. rows[2..]]));
        Assert.Equal(AuditFaultKind.Order, await Fault(jaga, [rows[0], rows[0], .. rows[1..]]));
        Assert.Equal(AuditFaultKind.Truncated, await Fault(jaga, rows[..^2]));
    }

    private static async Task<JagaHost> WithLines(Store store)
    {
        var jaga = await JagaHost.Start(store);
        await jaga.Write(300);
        await jaga.Sign();
        await jaga.Write(20);
        await jaga.Sign();
        return jaga;
    }

    // As the owner of the database would: new words, and the hash that fits them.
    private static async Task Rewrite(JagaHost jaga, long seq)
    {
        await jaga.Tamper($"UPDATE audit_lines SET why = 'never happened' WHERE seq = {seq}");
        var leaf = await jaga.Ask<Db, string>(async db => Convert.ToHexStringLower(Merkle.Leaf((await db.AuditLines.AsNoTracking().SingleAsync(l => l.Seq == seq)).Canonical())));
        await jaga.Tamper($"UPDATE audit_lines SET leaf = {(Storage.IsPostgres(jaga.Storage().Effective) ? $"decode('{leaf}', 'hex')" : $"x'{leaf}'")} WHERE seq = {seq}");
    }

    private static (AuditFaultKind, long) Of(AuditFault? fault)
    {
        Assert.NotNull(fault);
        return (fault.Kind, fault.Seq);
    }

    private static async Task<AuditFaultKind?> Fault(JagaHost jaga, string[] rows) =>
        (await Read(jaga, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', rows) + "\n"))).Fault;

    private static async Task<(long Lines, long Checkpoints, long SignedFor, AuditFaultKind? Fault)> Read(JagaHost jaga, byte[] export)
    {
        var note = await jaga.Ask<Db, string>(async db => (await ReadCheckpoint.Latest(db, default))!.Note);
        var report = await VerifyAudit.Run(AuditEntries.In(new MemoryStream(export), default), [note], [jaga.Verifier()], default);
        return (report.Lines, report.Checkpoints - 1, report.SignedFor, report.Fault?.Kind);
    }
}
