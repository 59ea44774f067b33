using System.Text;
using Jaga.Audit;
using Jaga.Evidence;

namespace Jaga.Tests.Evidence;

/// <summary>What the tests of evidence do again and again.</summary>
internal static class EvidenceSteps
{
    public static readonly Actor Somebody = new(ActorKind.Staff, "1", "Ani");
    public static readonly Subject Case = new("case", "0197-1");

    /// <summary>Bytes that look like nothing in particular, the same for the same seed.</summary>
    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Task<VaultObject> Keep(this JagaHost jaga, byte[] bytes, TimeSpan? keep = null, string mediaType = "image/jpeg", Subject? about = null) => jaga.In(async scope =>
    {
        await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
        var kept = await scope.GetRequiredService<Vault>().Keep(bytes, mediaType, about ?? Case, Somebody, "matched", keep is { } time ? jaga.Clock.Now + time : null, default);
        return await transaction.Commit(kept, default);
    });

    public static Task<Exhibit> Seal(this JagaHost jaga, TimeSpan keep, params IReadOnlyList<Id<VaultObject>> objects) => jaga.In(async scope =>
    {
        await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
        var exhibit = await scope.GetRequiredService<Exhibits>().Seal(Case, objects, new { Uploader = "account-7", Matched = "bridges", Reveals = new[] { 3.5 } }, "Clause 1", keep, Somebody, "decided", default);
        return await transaction.Commit(exhibit, default);
    });

    public static Task<byte[]> Read(this JagaHost jaga, Id<VaultObject> id) => jaga.In(async scope =>
    {
        await using var content = await scope.GetRequiredService<Vault>().Open(id, Somebody, "to look", default);
        using var all = new MemoryStream();
        await content.CopyToAsync(all);
        return all.ToArray();
    });

    public static async Task<T> In<T>(this JagaHost jaga, Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    public static Task<bool> Turn<T>(this JagaHost jaga)
        where T : IRecurring => jaga.Ask<T, bool>(async duty =>
        {
            while (await duty.Run(default))
            {
            }

            return true;
        });

    /// <summary>The vault's files, whatever they are.</summary>
    public static string[] Files(this JagaHost jaga) => Directory.Exists(Path.Combine(jaga.Data, "vault")) ? Directory.GetFiles(Path.Combine(jaga.Data, "vault"), "*", SearchOption.AllDirectories) : [];

    public static Task<List<string>> Custody(this JagaHost jaga, Subject about) =>
        jaga.Ask<Db, List<string>>(db => db.AuditLines.Where(l => l.Subject.Kind == about.Kind && l.Subject.Id == about.Id).OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync());

    /// <summary>Checks a receipt as whoever was given it does: the verb <c>jaga audit proof</c> says that it holds, and with an altered byte that it does not. Returns the line.</summary>
    public static async Task<string> Proven(this JagaHost jaga, byte[] receipt)
    {
        var file = Path.Combine(jaga.Data, "given.tlog-proof");
        Assert.Equal(0, await Check(receipt));
        for (var i = 0; i < receipt.Length; i += 29)
        {
            var altered = receipt.ToArray();
            altered[i] ^= 1;
            Assert.True(await Check(altered) != 0, $"byte {i}");
        }

        return InclusionProof.FromReceipt(Encoding.UTF8.GetString(receipt)).Line;

        async Task<int> Check(byte[] content)
        {
            await File.WriteAllBytesAsync(file, content);
            return await Jaga.Server.Cli.Root.Build().Parse(["audit", "proof", file, "--key", jaga.LogKey().ToString()]).InvokeAsync();
        }
    }

    /// <summary>Two persons lift a hold.</summary>
    public static async Task Lift(this JagaHost jaga, LegalHold hold)
    {
        foreach (var actor in new[] { Somebody, new Actor(ActorKind.Staff, "2", "Budi") })
        {
            await jaga.Ask<LiftHold, LegalHold>(lift => lift.Run(hold.Id, new("over"), actor, default));
        }
    }

    public static VerifierKey LogKey(this JagaHost jaga) => jaga.Services.GetRequiredService<ICheckpointSigner>().Verifier;
}
