using Jaga.Audit;
using Jaga.Evidence;

namespace Jaga.Tests.Evidence;

public sealed class RetentionYearTests
{
    private const int Days = 366, Pieces = 60;

    /// <summary>What the test itself knows of a piece: on which day it must go, and from which day to which a hold is over it.</summary>
    private sealed record Known(VaultObject Kept, bool Sealed, int HeldFrom, int HeldUntil)
    {
        public DateTimeOffset DueAt { get; set; }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task In_a_year_nothing_is_destroyed_early_nothing_is_kept_late_without_a_hold_and_all_has_its_certificate(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (random, began) = (new Random(11), jaga.Clock.Now);
        var all = new List<Known>();
        for (var i = 0; i < Pieces; i++)
        {
            // A few share their bytes, a few are held for a while, a few are sealed for longer than they were kept for.
            var kept = await jaga.Keep([(byte)(i % 45), 7], TimeSpan.FromHours(random.Next(1, 380 * 24)), about: new("item", $"p{i}"));
            var from = random.Next(0, Days);
            var held = i % 6 == 0;
            all.Add(new(kept, i % 4 == 0, held ? from : -1, held ? from + random.Next(1, 200) : -1) { DueAt = kept.DestroyAfter!.Value });
        }

        foreach (var four in all.Where(k => k.Sealed).Chunk(4))
        {
            var until = (await jaga.Seal(TimeSpan.FromDays(random.Next(10, 300)), [.. four.Select(k => k.Kept.Id)])).KeepUntil;
            foreach (var one in four)
            {
                one.DueAt = one.DueAt > until ? one.DueAt : until;
            }
        }

        var holds = new Dictionary<Id<VaultObject>, LegalHold>();
        for (var day = 0; day <= Days; day++)
        {
            foreach (var known in all.Where(k => k.HeldFrom == day))
            {
                holds[known.Kept.Id] = await jaga.Ask<PlaceHold, LegalHold>(p => p.Run(new(known.Kept.About.ToString(), "court", "asked"), EvidenceSteps.Somebody, default));
            }

            foreach (var known in all.Where(k => k.HeldUntil == day))
            {
                await jaga.Lift(holds[known.Kept.Id]);
            }

            await jaga.Turn<DestroyExpired>();
            await jaga.Do(async db =>
            {
                var gone = (await db.VaultObjects.AsNoTracking().Where(o => o.DestroyedAt != null && o.MediaType == "image/jpeg").Select(o => o.Id).ToListAsync()).ToHashSet();
                foreach (var known in all)
                {
                    var held = known.HeldFrom <= day && day < known.HeldUntil;
                    var before = known.HeldFrom >= 0 && known.DueAt <= began.AddDays(known.HeldFrom - 1);
                    Assert.True(gone.Contains(known.Kept.Id) == (known.DueAt <= jaga.Clock.Now && (!held || before)), $"Day {day}: due {known.DueAt:u}, held {known.HeldFrom} to {known.HeldUntil}.");
                }
            });
            jaga.Clock.Advance(TimeSpan.FromDays(1));
        }

        await jaga.Do(async db =>
        {
            var destroyed = await db.VaultObjects.Where(o => o.DestroyedAt != null).Select(o => o.Id).ToListAsync();
            var certified = await db.DestructionCertificates.Select(c => c.ObjectId).ToListAsync();
            Assert.True(destroyed.Count > Pieces / 2);
            Assert.Equal(destroyed.Order(), certified.Order());
            Assert.Equal(await db.VaultBlobs.CountAsync(), jaga.Files().Length);
        });
        var last = (string?)null;
        var checkedPapers = 0;
        do
        {
            var page = await jaga.Ask<ReadCertificates, Page<DestructionCertificate>>(read => read.Run(began, null, new(last, 200), default));
            foreach (var paper in await jaga.Ask<ReadCertificates, IReadOnlyList<CertificatePaper>>(read => read.Papers(page.Rows, default)))
            {
                Assert.True(InclusionProof.FromReceipt(paper.ToText()).Holds());
                checkedPapers++;
            }

            last = page.Next;
        }
        while (last is not null);
        Assert.Equal(await jaga.Ask<Db, int>(db => db.DestructionCertificates.CountAsync()), checkedPapers);
    }
}
