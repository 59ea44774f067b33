using Jaga.Audit;
using Jaga.Server.Cli;

namespace Jaga.Tests.Audit;

public sealed class AuditCommandTests
{
    [Fact]
    public async Task The_command_verifies_beside_a_running_server_exports_and_verifies_the_export()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Write(5);
        await jaga.Sign();
        var export = Path.Combine(jaga.Data, "log.jsonl");

        Assert.Equal(0, await Run("audit", "verify", "--data", jaga.Data));
        Assert.Equal(0, await Run("audit", "export", "--data", jaga.Data, "--to", export));
        Assert.Equal(0, await Run("audit", "verify", "--log", export, "--checkpoint", Path.Combine(jaga.Data, "audit", "checkpoint"), "--public-key", jaga.Verifier().ToString()));

        await File.WriteAllTextAsync(export, (await File.ReadAllTextAsync(export)).Replace("reason 3", "reason 9", StringComparison.Ordinal));
        Assert.Equal(1, await Run("audit", "verify", "--log", export));
        await jaga.Tamper("UPDATE audit_lines SET why = 'other' WHERE seq = 2");
        Assert.Equal(1, await Run("audit", "verify", "--data", jaga.Data));
        Assert.Equal(2, await Run("audit", "verify", "--data", Path.Combine(jaga.Data, "nowhere")));
        Assert.Equal(2, await Run("audit", "verify", "--log", export, "--public-key", "no-key"));
    }

    [Fact]
    public async Task The_command_verifies_a_postgresql_store()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres);
        await jaga.Write(5);
        Assert.Equal(0, await Run("audit", "verify", "--store", jaga.Storage().Connection, "--data", jaga.Data));
        await jaga.Tamper("DELETE FROM audit_lines WHERE seq = 2");
        Assert.Equal(1, await Run("audit", "verify", "--store", jaga.Storage().Connection, "--data", jaga.Data));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_clock_signs_a_log_that_grew_and_publishes_it_and_the_stop_signs_the_rest(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var published = Path.Combine(jaga.Data, "audit", "checkpoint");
        await jaga.RunWorker();
        await jaga.Write(3);
        await jaga.RunWorker();
        Assert.Equal(3, SizeOf(await File.ReadAllTextAsync(published)));
        jaga.Clock.Advance(SignCheckpoint.Every);
        await jaga.RunWorker();
        await jaga.Do(async db => Assert.Equal([3], await db.AuditCheckpoints.Select(c => c.Size).ToListAsync()));

        await jaga.Write(2);
        jaga.Clock.Advance(SignCheckpoint.Every);
        await jaga.RunWorker();
        Assert.Equal(5, SizeOf(await File.ReadAllTextAsync(published)));

        await jaga.Write(1);
        await jaga.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<SignAtShutdown>().Single().StopAsync(default);
        Assert.Equal(6, SizeOf(await File.ReadAllTextAsync(published)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Somebody_outside_can_check_a_line_and_the_growth_of_the_log_with_the_answers_alone(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Write(4);
        var first = Checkpoint.Parse(SignedNote.Parse((await jaga.Sign()).Note).Text);
        await jaga.Write(5);
        var given = await jaga.Ask<ReadProof, InclusionProof>(r => r.Inclusion(7, default));

        var proof = InclusionProof.FromFile(given.ToFile(), given.Line);
        Assert.True(proof.Holds());
        Assert.True(SignedNote.Parse(proof.Checkpoint).SignedBy(jaga.Verifier()));
        Assert.False((proof with { Line = proof.Line.Replace("reason 3", "reason 4", StringComparison.Ordinal) }).Holds());
        Assert.False((proof with { Seq = 6 }).Holds());

        var growth = await jaga.Ask<ReadProof, ConsistencyProof>(r => r.Consistency(4, 9, default));
        Assert.Equal(first.Root, growth.FromRoot);
        Assert.True(Merkle.Extends(4, first.Root, 9, growth.ToRoot, growth.Hashes));
        await Assert.ThrowsAsync<BadInput>(() => jaga.Ask<ReadProof, ConsistencyProof>(r => r.Consistency(4, 10, default)));
        await Assert.ThrowsAsync<NotFound>(() => jaga.Ask<ReadProof, InclusionProof>(r => r.Inclusion(9, default)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_log_is_read_in_pages_by_subject_and_by_action(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Write(3, about: "a/b");
        await jaga.Write(2);
        await jaga.Do(async db =>
        {
            var one = await ReadLines.Run(db, new(null, 2), "thing/a/b", null, default);
            Assert.Equal([0, 1], one.Rows.Select(l => l.Seq));
            var two = await ReadLines.Run(db, new(one.Next, 2), "thing/a/b", "thing.done", default);
            Assert.Equal([2], two.Rows.Select(l => l.Seq));
            Assert.Null(two.Next);
            Assert.Empty((await ReadLines.Run(db, new(null, null), null, "thing.undone", default)).Rows);
            await Assert.ThrowsAsync<BadInput>(() => ReadLines.Run(db, new("x", null), null, null, default));
            await Assert.ThrowsAsync<BadInput>(() => ReadLines.Run(db, new(null, null), "thing", null, default));
        });
    }

    private static long SizeOf(string note) => Checkpoint.Parse(SignedNote.Parse(note).Text).Size;

    private static Task<int> Run(params string[] arguments) => Root.Build().Parse(arguments).InvokeAsync();
}
