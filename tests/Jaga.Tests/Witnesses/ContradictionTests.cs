using Jaga.Audit;
using Jaga.Obligations;
using Jaga.Tests.Evidence;
using Jaga.Witnesses;

namespace Jaga.Tests.Witnesses;

/// <summary>Somebody outside holds that the log is not what it was: that is told whatever was told before.</summary>
public sealed class ContradictionTests
{
    [Theory, InlineData("same size"), InlineData("larger"), InlineData("garbled")]
    public async Task A_checkpoint_in_the_folder_that_the_log_does_not_fit_is_told_and_stays_as_it_is(string how)
    {
        var folder = Directory.CreateTempSubdirectory("jaga-checkpoints-").FullName;
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: [("Witnesses:Folder", folder)]);
        await jaga.Keep([1]);
        await jaga.Turn<PublishCheckpoint>();
        var whole = Assert.Single(Directory.GetFiles(folder));
        await jaga.Keep([2]);
        await jaga.Turn<PublishCheckpoint>();
        Assert.Equal(2, Directory.GetFiles(folder).Length);

        var (before, newest) = (await File.ReadAllTextAsync(whole), (await jaga.Ask<SignCheckpoint, StoredCheckpoint>(s => s.Sign(default))).Size);
        foreach (var file in Directory.GetFiles(folder))
        {
            File.Delete(file);
        }

        var log = Checkpoint.Parse(SignedNote.Parse(before).Text);
        var (size, text) = how switch
        {
            "same size" => (newest, new Checkpoint(log.Origin, newest, new byte[32]).ToString()),
            "larger" => (newest + 7, new Checkpoint(log.Origin, newest + 7, new byte[32]).ToString()),
            _ => (newest, "x\n"),
        };
        var planted = Path.Combine(folder, $"checkpoint-{size}");
        await File.WriteAllTextAsync(planted, how is "garbled" ? text : new SignedNote(text, SignedNote.Parse(before).Signatures).ToString());
        await jaga.Do(db => db.WitnessRounds.ExecuteDeleteAsync());
        for (var i = 0; i < 2; i++)
        {
            await jaga.Turn<PublishCheckpoint>();
        }

        await jaga.Do(async db =>
        {
            Assert.Equal(WitnessFault.Against, (await db.WitnessRounds.SingleAsync()).Fault);
            Assert.Contains("contradicts", (await db.Notices.SingleAsync(n => n.About.Kind == "witness")).SaysEn, StringComparison.Ordinal);
        });
        Assert.Equal([planted], Directory.GetFiles(folder));

        // It lasts: told again the next day. It is mended: nothing more is told, and the log goes out again.
        jaga.Clock.Advance(TimeSpan.FromHours(25));
        await jaga.Turn<PublishCheckpoint>();
        await jaga.Do(async db => Assert.Equal(2, await Told(db)));
        File.Delete(planted);
        await jaga.Turn<PublishCheckpoint>();
        await jaga.Do(async db => Assert.Equal((2, null), (await Told(db), (await db.WitnessRounds.SingleAsync()).Failure)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_witness_that_was_away_and_then_contradicts_the_log_is_told_of_twice()
    {
        await using var witness = await WitnessServer.Start();
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: [("Witnesses:Ask:0", $"{witness.Address} {witness.Key}"), ("Witnesses:AllowPrivate", "true")]);
        witness.Log = jaga.LogKey();
        await jaga.Keep([1]);
        await jaga.Turn<PublishCheckpoint>();
        witness.Fails = 500;
        await jaga.Keep([2]);
        await jaga.Turn<PublishCheckpoint>();
        await jaga.Do(async db => Assert.Equal((1, WitnessFault.Away), (await Told(db), (await db.WitnessRounds.SingleAsync()).Fault)));
        (witness.Fails, witness.Root) = (null, new byte[32]);
        await jaga.Turn<PublishCheckpoint>();
        await jaga.Do(async db =>
        {
            Assert.Equal((2, WitnessFault.Against), (await Told(db), (await db.WitnessRounds.SingleAsync()).Fault));
            Assert.Single(await db.Notices.Where(n => n.About.Kind == "witness").ToListAsync(), n => n.SaysEn.Contains("contradicts", StringComparison.Ordinal));
        });
    }

    private static Task<int> Told(Db db) => db.Notices.CountAsync(n => n.About.Kind == "witness");
}
