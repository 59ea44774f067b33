using System.Globalization;
using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Server.Cli;

namespace Jaga.Tests.Evidence;

public sealed class CertificateTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_certificate_of_destruction_is_proven_by_the_audit_log_and_listed_by_its_period(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Keep([1], TimeSpan.FromDays(3));
        await jaga.Keep([2], TimeSpan.FromDays(40));
        jaga.Clock.Advance(TimeSpan.FromDays(3));
        await jaga.Turn<DestroyExpired>();
        jaga.Clock.Advance(TimeSpan.FromDays(40));
        await jaga.Turn<DestroyExpired>();

        var reader = await jaga.As(Role.Auditor);
        var early = jaga.Clock.Now.AddDays(-30).ToString("O", CultureInfo.InvariantCulture);
        var first = (await reader.GetFromJsonAsync<System.Text.Json.Nodes.JsonNode>($"/api/v1/evidence/certificates?to={Uri.EscapeDataString(early)}"))!["rows"]!.AsArray();
        Assert.Single(first);
        Assert.Equal(kept.Id.ToString(), first[0]!["objectId"]!.GetValue<string>());
        Assert.Single((await reader.GetFromJsonAsync<System.Text.Json.Nodes.JsonNode>($"/api/v1/evidence/certificates?from={Uri.EscapeDataString(early)}"))!["rows"]!.AsArray());

        var id = first[0]!["id"]!.GetValue<string>();
        var text = await reader.GetStringAsync($"/evidence/certificates/{id}/certificate.txt");
        Assert.Contains(kept.Sha256, text, StringComparison.Ordinal);
        var proof = InclusionProof.FromReceipt(text);
        Assert.True(proof.Holds());
        Assert.True(SignedNote.Parse(proof.Checkpoint).SignedBy(jaga.LogKey()));
        Assert.Contains("evidence.destroyed", proof.Line, StringComparison.Ordinal);
        Assert.Contains(kept.Sha256, proof.Line, StringComparison.Ordinal);

        foreach (var (name, content) in new[] { ("c.txt", text), ("c.json", await reader.GetStringAsync($"/evidence/certificates/{id}/certificate.json")) })
        {
            var file = Path.Combine(jaga.Data, name);
            await File.WriteAllTextAsync(file, content);
            Assert.Equal(0, await Root.Build().Parse(["audit", "proof", file, "--key", jaga.LogKey().ToString()]).InvokeAsync());
            await File.WriteAllTextAsync(file, content.Replace(InclusionProof.FromReceipt(text).ToFile(withLine: true).Split('\n')[1][6..20], "eyJhY3Rpb24iOm", StringComparison.Ordinal).Replace("index ", "index 1", StringComparison.Ordinal));
            Assert.NotEqual(0, await Root.Build().Parse(["audit", "proof", file, "--key", jaga.LogKey().ToString()]).InvokeAsync());
        }

        var stranger = new VerifierKey("other.example/audit", Ed25519.PublicKey(new byte[32]));
        await File.WriteAllTextAsync(Path.Combine(jaga.Data, "c.txt"), text);
        Assert.Equal(1, await Root.Build().Parse(["audit", "proof", Path.Combine(jaga.Data, "c.txt"), "--key", stranger.ToString()]).InvokeAsync());
    }

    [Fact]
    public async Task The_key_of_destroyed_evidence_is_not_left_in_the_database_and_the_certificate_says_where_it_may_be()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (kept, other) = (await jaga.Keep([1], TimeSpan.FromDays(1)), await jaga.Keep([2], TimeSpan.FromDays(9)));
        var keys = await jaga.Ask<Db, Dictionary<Id<VaultBlob>, byte[]>>(db => db.VaultBlobs.ToDictionaryAsync(b => b.Id, b => b.WrappedKey));
        Assert.True(await Holds(keys[kept.BlobId!.Value]));
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await jaga.Turn<DestroyExpired>();
        Assert.False(await Holds(keys[kept.BlobId!.Value]));
        Assert.True(await Holds(keys[other.BlobId!.Value]));
        var id = await jaga.Ask<Db, Id<DestructionCertificate>>(db => db.DestructionCertificates.Select(c => c.Id).SingleAsync());
        Assert.Contains("Backups of the database", (await jaga.Ask<ReadCertificates, CertificatePaper>(read => read.One(id, default))).ToText(), StringComparison.Ordinal);

        // With the journal written back, so that the file is all that there is.
        async Task<bool> Holds(byte[] key)
        {
            var file = Path.Combine(jaga.Data, "jaga.db");
            await Poll.Until(async () =>
            {
                await jaga.Do(db => db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)"));
                return new FileInfo(file + "-wal").Length == 0;
            }, "the journal is written back");
            await using var read = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[read.Length];
            await read.ReadExactlyAsync(bytes);
            return bytes.AsSpan().IndexOf(key) >= 0;
        }
    }

    [Theory, InlineData("csam", "house.keep-evidence", 365), InlineData("terrorism", "house.keep-evidence", 365), InlineData("banked", "house.keep-evidence", 365)]
    public async Task The_longest_holding_time_of_any_regime_counts(string category, string clause, int days)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var from = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        var (found, until) = jaga.Services.GetRequiredService<Retention>().Of(category, from);
        Assert.Equal((clause, from.AddDays(days)), (found.Name, until));
    }

    [Fact]
    public async Task A_shorter_rule_of_the_house_leaves_the_law_to_decide()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: ("Obligations:Due:house.keep-evidence", "P30D"));
        var from = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        var retention = jaga.Services.GetRequiredService<Retention>();
        Assert.Equal("eu-tco.preserve", retention.Of("terrorism", from).Clause.Name);
        Assert.Equal(from.AddDays(30), retention.Of("fraud", from).Until);
        Assert.Throws<WrongSetting>(() => RegimeFile.Read("own", new MemoryStream("""{"id":"x","name":{"en":"x","id":"x"},"country":"*","source":"x","clauses":[{"key":"a","cites":"x","sure":"A","duty":{"en":"x","id":"x"},"due":"P1D","keeps":["csam"]}]}"""u8.ToArray())));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_request_for_erasure_says_what_stays_on_which_ground_and_until_when(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var held = await jaga.Keep([1], TimeSpan.FromDays(5), about: new("item", "a"));
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        var kept = await jaga.Keep([2], TimeSpan.FromDays(9), about: new("account", "u42"));
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        var endless = await jaga.Keep([3], about: new("account", "u42"));
        await jaga.Keep([4], TimeSpan.FromDays(9), about: new("account", "u43"));
        await jaga.Do(async db =>
        {
            db.Add(new Jaga.Items.Item { Id = Id<Jaga.Items.Item>.New(jaga.Clock.Now), ExternalId = "a", Account = "u42", ReceivedAt = jaga.Clock.Now });
            await db.SaveChangesAsync();
        });

        // A hold over the account holds what the account posted.
        var hold = await jaga.Ask<PlaceHold, LegalHold>(p => p.Run(new("account/u42", "court 9", "asked"), EvidenceSteps.Somebody, default));
        var lead = await jaga.As(Role.Lead);
        var answered = await lead.PostAsJsonAsync("/api/v1/evidence/erasures", new AskErasure.Request("account/u42", "letter 12"));
        Assert.True(answered.IsSuccessStatusCode, await answered.Content.ReadAsStringAsync());
        var id = await jaga.Ask<Db, Id<Erasure>>(db => db.Erasures.Select(e => e.Id).SingleAsync());
        var answer = await jaga.Ask<ReadErasures, ReadErasures.Answer>(read => read.One(id, default));
        Assert.Equal([(held.Id, ErasureGround.Held), (kept.Id, ErasureGround.Held), (endless.Id, ErasureGround.Held)], answer.Pieces.Select(p => (p.Evidence, p.Told)));
        Assert.Contains(answer.Says, s => s.En.Contains("legal matter", StringComparison.Ordinal) && !s.En.Contains("court 9", StringComparison.Ordinal));

        await jaga.Lift(hold);
        var again = await jaga.Ask<AskErasure, ReadErasures.Answer>(ask => ask.Run(new("account/u42", "letter 13"), EvidenceSteps.Somebody, default));
        Assert.Equal([ErasureGround.Kept, ErasureGround.Kept, ErasureGround.Endless], again.Pieces.Select(p => p.Told));
        Assert.Equal(kept.DestroyAfter, again.Pieces[1].Until);

        // The request neither shortens nor lengthens anything, and what goes has its certificate in it.
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Turn<DestroyExpired>();
        var later = await jaga.Ask<ReadErasures, ReadErasures.Answer>(read => read.One(again.Request.Id, default));
        Assert.Equal((3, 2), (later.Request.Pieces, later.Request.Left));
        Assert.NotNull(later.Pieces[0].Certificate);
        Assert.Equal(2, (await jaga.Ask<ReadErasures, Page<ReadErasures.Row>>(read => read.Run(new(null, null), default))).Rows.Count);
        Assert.Equal("We keep no evidence about you.", (await jaga.Ask<AskErasure, ReadErasures.Answer>(ask => ask.Run(new("account/nobody", "letter 14"), EvidenceSteps.Somebody, default))).Says[0].En);
        await Assert.ThrowsAsync<BadInput>(() => jaga.Ask<AskErasure, ReadErasures.Answer>(ask => ask.Run(new("u42", "letter"), EvidenceSteps.Somebody, default)));
    }
}
