using System.Security.Cryptography;
using Jaga.Evidence;
using Jaga.Server.Cli;

namespace Jaga.Tests.Evidence;

public sealed class KeyTests
{
    // A key service in a few lines: AES is not the point, the protocol is. It refuses on demand, and dies on demand.
    private const string Service = """
        import sys, json, base64, os, hashlib
        state = sys.argv[1]
        for line in sys.stdin:
            ask = json.loads(line)
            if os.path.exists(state + '/die'):
                os.remove(state + '/die'); sys.exit(3)
            pad = hashlib.sha256(('secret' + ask['file']).encode()).digest()
            if os.path.exists(state + '/refuse'):
                print(json.dumps({'error': 'the module is locked'}), flush=True); continue
            if ask['op'] == 'wrap':
                plain = base64.b64decode(ask['key'])
                print(json.dumps({'wrapped': base64.b64encode(b'HSM1' + bytes(a ^ b for a, b in zip(plain, pad))).decode()}), flush=True)
            else:
                boxed = base64.b64decode(ask['wrapped'])
                print(json.dumps({'key': base64.b64encode(bytes(a ^ b for a, b in zip(boxed[4:], pad))).decode()} if boxed[:4] == b'HSM1' else {'error': 'not mine'}), flush=True)
        """;

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Rotation_wraps_every_key_anew_touches_no_file_and_goes_on_where_it_stopped(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var first = await jaga.Keep([1]);
        var second = await jaga.Keep([2]);
        var files = jaga.Files().Order().Select(f => (f, Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))))).ToList();

        var rotated = await jaga.Ask<RotateKeys, RotateKeys.Answer>(r => r.Run(EvidenceSteps.Somebody, _ => { }, default));
        Assert.Equal(("key-file-1", 2L), (rotated.Envelope, rotated.Rewrapped));
        Assert.Empty(rotated.Unopened);
        Assert.Equal(files, jaga.Files().Order().Select(f => (f, Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))))));
        Assert.Equal([1], await jaga.Read(first.Id));

        // What comes now is under the new key at once. One of the old is left behind, as after an interruption: no third key is made for it.
        var third = await jaga.Keep([3]);
        await jaga.Ask<RotateKeys, RotateKeys.Answer>(r => r.Run(EvidenceSteps.Somebody, _ => { }, default));
        await jaga.Do(async db =>
        {
            var blob = await db.VaultBlobs.SingleAsync(b => b.Sha256 == second.Sha256);
            var master = jaga.Services.GetServices<IKeyEnvelope>().OfType<MasterKeyEnvelope>().Single();
            var files = jaga.Services.GetRequiredService<KeyFileEnvelope>();
            var wrapped = await master.Wrap(blob.File, await files.Unwrap(blob.File, blob.WrappedKey, default), default);
            await db.VaultBlobs.Where(b => b.Id == blob.Id).ExecuteUpdateAsync(set => set.SetProperty(b => b.WrappedKey, wrapped).SetProperty(b => b.Envelope, "master-key"));
        });
        var resumed = await jaga.Ask<RotateKeys, RotateKeys.Answer>(r => r.Run(EvidenceSteps.Somebody, _ => { }, default));
        Assert.Equal(("key-file-2", 1L), (resumed.Envelope, resumed.Rewrapped));
        await jaga.Do(async db => Assert.All(await db.VaultBlobs.ToListAsync(), b => Assert.Equal("key-file-2", b.Envelope)));

        // The old keys open nothing any more; without the new one nothing opens.
        var folder = Path.Combine(jaga.Data, "keys", "evidence");
        File.Delete(Path.Combine(folder, "1.key"));
        Assert.Equal([3], await jaga.Read(third.Id));
        File.Move(Path.Combine(folder, "2.key"), Path.Combine(folder, "2.away"));
        await Assert.ThrowsAsync<KeyUnavailable>(() => jaga.Read(third.Id));
        File.Move(Path.Combine(folder, "2.away"), Path.Combine(folder, "2.key"));
        Assert.Equal([2], await jaga.Read(second.Id));
        Assert.Equal(["vault.rewrapped", "vault.rewrapped", "vault.rewrapped"], await jaga.Custody(new("vault", "keys")));
        if (store is Store.Sqlite)
        {
            Assert.Equal(0, await Root.Build().Parse(["evidence", "rotate", "--data", jaga.Data]).InvokeAsync());
        }
    }

    [Fact]
    public async Task An_external_command_wraps_unwraps_refuses_and_is_started_again_when_it_died()
    {
        var state = Directory.CreateTempSubdirectory("jaga-key-command-").FullName;
        var script = Path.Combine(state, "service.py");
        await File.WriteAllTextAsync(script, Service);
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: [("Evidence:KeyCommand", "python3"), ("Evidence:KeyCommandArguments:0", script), ("Evidence:KeyCommandArguments:1", state)]);
        var kept = await jaga.Keep([1, 2]);
        await jaga.Do(async db => Assert.Equal("key-command", (await db.VaultBlobs.SingleAsync()).Envelope));
        Assert.Equal([1, 2], await jaga.Read(kept.Id));

        await File.WriteAllTextAsync(Path.Combine(state, "die"), "");
        await Assert.ThrowsAsync<KeyUnavailable>(() => jaga.Read(kept.Id));
        Assert.Equal([1, 2], await jaga.Read(kept.Id));

        await File.WriteAllTextAsync(Path.Combine(state, "refuse"), "");
        await Assert.ThrowsAsync<KeyUnavailable>(() => jaga.Read(kept.Id));
        await Assert.ThrowsAsync<KeyUnavailable>(() => jaga.Keep([9]));
        File.Delete(Path.Combine(state, "refuse"));
        Assert.Single(jaga.Files());
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task Keys_move_from_the_master_key_to_the_command()
    {
        var state = Directory.CreateTempSubdirectory("jaga-key-command-").FullName;
        var script = Path.Combine(state, "service.py");
        await File.WriteAllTextAsync(script, Service);
        var command = "";
        await using var jaga = await JagaHost.Start(Store.Sqlite, builder => builder.Configuration["Jaga:Evidence:KeyCommand"] = command, ("Evidence:KeyCommandArguments:0", script), ("Evidence:KeyCommandArguments:1", state));
        var kept = await jaga.Keep([5]);
        command = "python3";
        await jaga.Restart();
        Assert.Equal([5], await jaga.Read(kept.Id));
        var rotated = await jaga.Ask<RotateKeys, RotateKeys.Answer>(r => r.Run(EvidenceSteps.Somebody, _ => { }, default));
        Assert.Equal(("key-command", 1L), (rotated.Envelope, rotated.Rewrapped));
        Assert.Equal([5], await jaga.Read(kept.Id));
        Directory.Delete(state, recursive: true);
    }
}
