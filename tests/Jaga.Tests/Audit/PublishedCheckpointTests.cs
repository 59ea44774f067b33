using Jaga.Audit;

namespace Jaga.Tests.Audit;

/// <summary>The checkpoint beside the database, which a rewritten log must not replace.</summary>
public sealed class PublishedCheckpointTests
{
    [Theory, InlineData("longer"), InlineData("rewritten"), InlineData("altered")]
    public async Task A_log_that_does_not_continue_the_checkpoint_beside_it_is_not_signed_and_the_leads_are_told_once_a_day(string how)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Write(5);
        var (file, note) = (Path.Combine(jaga.Data, "audit", "checkpoint"), (await jaga.Sign()).Note);
        Assert.Equal(note, await File.ReadAllTextAsync(file));
        var ours = Checkpoint.Parse(SignedNote.Parse(note).Text);
        var outside = how switch
        {
            "longer" => note.Replace($"\n{ours.Size}\n", $"\n{ours.Size + 1000}\n", StringComparison.Ordinal),
            "rewritten" => note.Replace(Convert.ToBase64String(ours.Root), Convert.ToBase64String(new byte[32]), StringComparison.Ordinal),
            _ => "nothing\n",
        };
        await File.WriteAllTextAsync(file, outside);
        Assert.Contains(file, (await Assert.ThrowsAsync<AuditBroken>(() => jaga.Sign())).Message, StringComparison.Ordinal);
        await jaga.Write(5);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<AuditBroken>(() => jaga.Ask<SignCheckpoint, bool>(s => s.Run(default)));
        }

        Assert.Equal(outside, await File.ReadAllTextAsync(file));
        await jaga.Do(async db => Assert.True((await db.Notices.SingleAsync(n => n.About.Kind == "audit-log")).Urgent));

        // Somebody looked, and moved it aside.
        File.Delete(file);
        var signed = await jaga.Sign();
        Assert.Equal(signed.Note, await File.ReadAllTextAsync(file));
        Assert.True(signed.Size > ours.Size);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Checkpoints_follow_each_other_and_one_of_a_faster_node_stays(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var file = Path.Combine(jaga.Data, "audit", "checkpoint");
        await jaga.Write(3);
        var old = await jaga.Sign();
        await jaga.Write(300);
        var newest = await jaga.Sign();
        Assert.Equal(newest.Note, await File.ReadAllTextAsync(file));
        await File.WriteAllTextAsync(file, old.Note);
        Assert.Equal(newest.Size, (await jaga.Sign()).Size);
        Assert.Equal(newest.Note, await File.ReadAllTextAsync(file));
    }
}
