using Jaga.Banks;
using Jaga.Hashing;

namespace Jaga.Cases;

/// <summary>
/// What was decided to be illegal is known from that moment on: its fingerprints go to the house's own bank, and come out again when the decision is taken back. Of a
/// picture its hash, of a film the film as a whole, of what came without a file its text or its link; of every file the digests.
/// </summary>
public sealed class OwnBank(Db db, SetAside setAside)
{
    /// <summary>Below this PDQ quality a picture is too plain to be told from others, and only its digests are banked.</summary>
    private const int LeastQuality = Bank.DefaultMinQuality;

    public async Task Add(Case @case, Decision decision, Actor actor, CancellationToken ct)
    {
        var signals = (await db.CaseSignals.AsNoTracking().Where(s => s.Case == @case.Id).ToListAsync(ct)).ConvertAll(s => s.Signal);
        foreach (var one in await db.CaseMedia.AsNoTracking().Where(m => m.Case == @case.Id).ToListAsync(ct))
        {
            signals.Add(new(SignalType.Sha256, Convert.FromHexString(one.Sha256)));
            signals.Add(new(SignalType.Md5, Convert.FromHexString(one.Md5)));
            if (one.Pdq is { } pdq && one.Quality >= LeastQuality)
            {
                signals.Add(new(SignalType.Pdq, PdqHash.Parse(pdq).ToArray(), one.Quality));
            }
        }

        await setAside.Add(@case.Category, [.. signals.DistinctBy(s => (s.Type, Convert.ToHexString(s.Value.Span)))], decision.Subject, actor, ct);
    }

    public Task<int> TakeBack(Decision decision, string why, Actor actor, CancellationToken ct) => setAside.TakeBack(decision.Subject, why, actor, ct);
}
