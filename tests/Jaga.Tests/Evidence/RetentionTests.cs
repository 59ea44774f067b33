using Jaga.Evidence;

namespace Jaga.Tests.Evidence;

public sealed class RetentionTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Evidence_is_destroyed_on_its_day_and_not_before_with_a_certificate(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (short1, long1) = (await jaga.Keep([1], TimeSpan.FromDays(30)), await jaga.Keep([2], TimeSpan.FromDays(90)));
        var forEver = await jaga.Keep([3]);

        jaga.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal(3, jaga.Files().Length);

        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal(2, jaga.Files().Length);
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Read(short1.Id));
        Assert.Equal(["evidence.kept", "evidence.destroyed"], await jaga.Custody(short1.Subject));
        await jaga.Do(async db =>
        {
            var certificate = await db.DestructionCertificates.SingleAsync();
            Assert.Equal((short1.Id, short1.Sha256, true, jaga.Clock.Now), (certificate.ObjectId, certificate.Sha256, certificate.BytesErased, certificate.DestroyedAt));
            Assert.Equal(2, await db.VaultBlobs.CountAsync());
        });

        jaga.Clock.Advance(TimeSpan.FromDays(3650));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal([3], await jaga.Read(forEver.Id));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Read(long1.Id));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Bytes_that_other_evidence_shares_stay_until_the_last_of_them_goes(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (first, second) = (await jaga.Keep([7], TimeSpan.FromDays(1)), await jaga.Keep([7], TimeSpan.FromDays(2)));
        jaga.Clock.Advance(TimeSpan.FromDays(1));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal([7], await jaga.Read(second.Id));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Read(first.Id));

        jaga.Clock.Advance(TimeSpan.FromDays(1));
        await jaga.Turn<DestroyExpired>();
        Assert.Empty(jaga.Files());
        await jaga.Do(async db => Assert.Equal([false, true], await db.DestructionCertificates.OrderBy(c => c.DestroyedAt).Select(c => c.BytesErased).ToListAsync()));
        Assert.Equal([7], await jaga.Read((await jaga.Keep([7])).Id));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Sealing_lengthens_retention_and_nothing_shortens_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (soon, late) = (await jaga.Keep([1], TimeSpan.FromDays(10)), await jaga.Keep([2], TimeSpan.FromDays(1000)));
        var exhibit = await jaga.Seal(TimeSpan.FromDays(365), soon.Id, late.Id);
        await jaga.Seal(TimeSpan.FromDays(5), soon.Id, late.Id);

        await jaga.Do(async db =>
        {
            Assert.Equal(exhibit.KeepUntil, (await db.VaultObjects.SingleAsync(o => o.Id == soon.Id)).DestroyAfter);
            Assert.Equal(late.DestroyAfter, (await db.VaultObjects.SingleAsync(o => o.Id == late.Id)).DestroyAfter);
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.Database.ExecuteSqlRawAsync($"UPDATE vault_objects SET destroy_after = {(store is Store.Sqlite ? "destroy_after - 1" : "destroy_after - interval '1 day'")}"));
            Assert.Contains("never shortened", refused.Message, StringComparison.Ordinal);
        });
        jaga.Clock.Advance(TimeSpan.FromDays(100));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal([1], await jaga.Read(soon.Id));
        jaga.Clock.Advance(TimeSpan.FromDays(265));
        await jaga.Turn<DestroyExpired>();
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Read(soon.Id));
        Assert.Equal([2], await jaga.Read(late.Id));
    }

    [Theory]
    [InlineData(Store.Sqlite, "evidence"), InlineData(Store.Sqlite, "exhibit"), InlineData(Store.Sqlite, "case")]
    [InlineData(Store.Postgres, "evidence"), InlineData(Store.Postgres, "exhibit"), InlineData(Store.Postgres, "case")]
    public async Task A_legal_hold_keeps_evidence_beyond_its_day_until_it_is_lifted(Store store, string over)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Keep([1], TimeSpan.FromDays(1), about: new("item", "9"));
        var other = await jaga.Keep([2], TimeSpan.FromDays(1), about: new("item", "8"));
        var exhibit = await jaga.Seal(TimeSpan.FromDays(2), kept.Id);
        var subject = over switch { "evidence" => kept.Subject, "exhibit" => exhibit.Subject, _ => exhibit.About };
        var hold = await jaga.Ask<PlaceHold, LegalHold>(p => p.Run(new(subject.ToString(), "court 12/2026", "asked by the court"), EvidenceSteps.Somebody, default));

        jaga.Clock.Advance(TimeSpan.FromDays(500));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal([1], await jaga.Read(kept.Id));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Read(other.Id));

        await jaga.Do(async db =>
        {
            Assert.Equal([hold.Id], (await ReadHolds.Run(db, new(null, null), active: true, default)).Rows.Select(h => h.Id));
            Assert.Empty((await ReadHolds.Run(db, new(hold.Id.ToString(), null), active: false, default)).Rows);
            Assert.Contains(other.Id, await db.DestructionCertificates.Select(c => c.ObjectId).ToListAsync());
        });
        await jaga.Lift(hold);
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<LiftHold, LegalHold>(l => l.Run(hold.Id, new("again"), EvidenceSteps.Somebody, default)));
        await jaga.Turn<DestroyExpired>();
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Read(kept.Id));
        Assert.Equal(["hold.placed", "hold.lift-asked", "hold.lift-allowed", "hold.lifted"], await jaga.Custody(hold.Subject));
    }

    [Fact]
    public async Task More_than_a_hundred_held_pieces_do_not_keep_the_others_from_their_day()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        for (var i = 0; i < 120; i++)
        {
            await jaga.Keep([(byte)i, 1], TimeSpan.FromDays(1), about: new("item", "held"));
        }

        await jaga.Ask<PlaceHold, LegalHold>(p => p.Run(new("item/held", "court 1", "asked"), EvidenceSteps.Somebody, default));
        var free = await jaga.Keep([0], TimeSpan.FromDays(1));
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await jaga.Turn<DestroyExpired>();
        await jaga.Do(async db => Assert.Equal([free.Id], await db.DestructionCertificates.Select(c => c.ObjectId).ToListAsync()));
    }

    [Theory]
    [InlineData(Store.Sqlite, "UPDATE exhibits SET clause = 'x'"), InlineData(Store.Sqlite, "DELETE FROM exhibit_objects"), InlineData(Store.Sqlite, "DELETE FROM vault_objects"), InlineData(Store.Sqlite, "UPDATE destruction_certificates SET sha256 = 'x'")]
    [InlineData(Store.Postgres, "UPDATE exhibits SET clause = 'x'"), InlineData(Store.Postgres, "DELETE FROM exhibit_objects"), InlineData(Store.Postgres, "DELETE FROM vault_objects"), InlineData(Store.Postgres, "UPDATE destruction_certificates SET sha256 = 'x'")]
    public async Task The_database_itself_refuses_to_change_what_was_sealed_or_certified(Store store, string sql)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Seal(TimeSpan.FromDays(9), (await jaga.Keep([1])).Id);
        await jaga.Keep([2], TimeSpan.FromDays(1));
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await jaga.Turn<DestroyExpired>();
        await jaga.Do(async db => Assert.NotNull(await Record.ExceptionAsync(() => db.Database.ExecuteSqlRawAsync(sql))));
    }
}
