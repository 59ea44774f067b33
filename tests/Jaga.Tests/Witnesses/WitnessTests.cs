using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Server.Cli;
using Jaga.Tests.Evidence;
using Jaga.Witnesses;

namespace Jaga.Tests.Witnesses;

public sealed class WitnessTests
{
    private static async Task<(JagaHost Jaga, WitnessServer Witness)> Start(Store store, params (string, string)[] more)
    {
        var witness = await WitnessServer.Start();
        var jaga = await JagaHost.Start(store, settings: [("Witnesses:Ask:0", $"{witness.Address} {witness.Key}"), ("Witnesses:AllowPrivate", "true"), .. more]);
        witness.Log = jaga.LogKey();
        return (jaga, witness);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_witness_cosigns_each_checkpoint_and_receipts_carry_its_cosignature(Store store)
    {
        var (jaga, witness) = await Start(store);
        await using (jaga)
        await using (witness)
        {
            var kept = await jaga.Keep([1]);
            await jaga.Turn<PublishCheckpoint>();
            var first = witness.Size;
            Assert.True(first > 0);
            for (var i = 0; i < 5; i++)
            {
                await jaga.Keep([(byte)i, 2]);
            }

            await jaga.Turn<PublishCheckpoint>();
            Assert.True(witness.Size > first);
            var asked = witness.Asked;
            await jaga.Turn<PublishCheckpoint>();
            Assert.Equal(asked, witness.Asked);

            var receipt = await jaga.Ask<ReadProof, string?>(read => read.Receipt(kept.Subject, "evidence.kept", default));
            var proof = InclusionProof.FromReceipt(receipt!);
            Assert.True(proof.Holds());
            var note = SignedNote.Parse(proof.Checkpoint);
            Assert.True(note.SignedBy(jaga.LogKey()));
            Assert.NotNull(witness.Key.Saw(note));
            Assert.Null(WitnessKey.Of(witness.Key.Name, new byte[32]).Saw(note));
            Assert.Equal(witness.Key, WitnessKey.Parse(witness.Key.ToString()), (a, b) => a!.ToString() == b!.ToString());
            Assert.Null(await jaga.Ask<ReadProof, string?>(read => read.Receipt(kept.Subject, "evidence.painted", default)));

            var file = Path.Combine(jaga.Data, "receipt");
            await File.WriteAllTextAsync(file, receipt);
            Assert.Equal(0, await Root.Build().Parse(["audit", "proof", file, "--key", jaga.LogKey().ToString(), "--witness", witness.Key.ToString()]).InvokeAsync());
            Assert.Equal(1, await Root.Build().Parse(["audit", "proof", file, "--key", jaga.LogKey().ToString(), "--witness", WitnessKey.Of("other.example/w", new byte[32]).ToString()]).InvokeAsync());
            await jaga.Do(async db => Assert.All(await ReadWitnesses.Run(db, default), r => Assert.Null(r.Failure)));
        }
    }

    [Fact]
    public async Task A_witness_that_saw_more_than_we_remember_is_asked_again_from_there()
    {
        var (jaga, witness) = await Start(Store.Sqlite);
        await using (jaga)
        await using (witness)
        {
            await jaga.Keep([1]);
            await jaga.Turn<PublishCheckpoint>();
            await jaga.Do(db => db.WitnessRounds.ExecuteDeleteAsync());
            await jaga.Keep([2]);
            var before = (witness.Size, witness.Asked);
            await jaga.Turn<PublishCheckpoint>();
            Assert.True(witness.Size > before.Size);
            Assert.Equal(before.Asked + 2, witness.Asked);
            await jaga.Do(async db => Assert.Null((await db.WitnessRounds.SingleAsync()).Failure));
        }
    }

    [Theory, InlineData("rewritten"), InlineData("longer"), InlineData("lies"), InlineData("down"), InlineData("stranger")]
    public async Task A_witness_that_does_not_cosign_is_told_to_the_leads_once_and_asked_again(string how)
    {
        var (jaga, witness) = await Start(Store.Sqlite);
        await using (jaga)
        await using (witness)
        {
            var log = witness.Log!;
            await jaga.Keep([1]);
            await jaga.Turn<PublishCheckpoint>();
            var (size, root) = (witness.Size, witness.Root);
            _ = how switch
            {
                "rewritten" => witness.Root = new byte[32],
                "longer" => witness.Size = 1_000_000,
                "lies" => witness.Lies = true,
                "down" => witness.Fails = 500,
                _ => (object)(witness.Log = new VerifierKey(log.Name, new byte[32])),
            };
            for (var i = 0; i < 2; i++)
            {
                await jaga.Keep([(byte)i, 7]);
                await jaga.Turn<PublishCheckpoint>();
            }

            await jaga.Do(async db =>
            {
                Assert.NotNull((await db.WitnessRounds.SingleAsync()).Failure);
                Assert.Equal(1, await db.Notices.CountAsync(n => n.About.Kind == "witness"));
            });
            (witness.Size, witness.Root, witness.Lies, witness.Fails, witness.Log) = (how is "lies" ? witness.Size : size, how is "lies" ? witness.Root : root, false, null, log);
            await jaga.Turn<PublishCheckpoint>();
            await jaga.Do(async db =>
            {
                Assert.Null((await db.WitnessRounds.SingleAsync()).Failure);
                Assert.Null((await db.Notices.SingleAsync(n => n.About.Kind == "witness")).NextCallAt);
            });
        }
    }

    [Fact]
    public async Task Checkpoints_go_to_a_folder_each_under_its_own_name_and_to_a_receiver_as_a_delivery()
    {
        var folder = Directory.CreateTempSubdirectory("jaga-checkpoints-").FullName;
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: [("Witnesses:Folder", folder), ("Witnesses:Receiver", "notary")]);
        await jaga.Keep([1]);
        await jaga.Turn<PublishCheckpoint>();

        // There is no such receiver yet: that is told, and the folder has its file all the same.
        await jaga.Do(async db => Assert.NotNull((await db.WitnessRounds.SingleAsync(r => r.Name == "receiver")).Failure));
        await jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new("notary", new("https://notary.example/")), Actor.System("test"), default));
        await jaga.Turn<PublishCheckpoint>();
        await jaga.Do(async db =>
        {
            Assert.Null((await db.WitnessRounds.SingleAsync(r => r.Name == "receiver")).Failure);
            var sent = await db.Deliveries.SingleAsync(d => d.Type == "checkpoint.published");
            Assert.Contains(jaga.LogKey().Name, sent.Body, StringComparison.Ordinal);
        });
        var files = Directory.GetFiles(folder);
        Assert.True(files.Length >= 2);
        Assert.All(files, f => Assert.True(SignedNote.Parse(File.ReadAllText(f)).SignedBy(jaga.LogKey())));
        Directory.Delete(folder, recursive: true);
    }
}
