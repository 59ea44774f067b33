using System.Globalization;
using Jaga.Banks;

namespace Jaga.Cases;

/// <summary>
/// A decision on a case that a signal opened says something about the signal: illegal confirms it, nothing wrong deconfirms it. What only breaks the platform's own
/// rules says neither. Only signals of other people's lists, and only where the item is the very thing: an equal digest, or the picture as a whole within
/// <see cref="CaseSettings.OpinionDistance"/>. A film says nothing about the picture that one of its frames is like, nor about a film that it is partly like.
/// </summary>
public sealed class CaseOpinions(Db db, GiveOpinion give, CaseSettings settings)
{
    private static readonly List<string> Whole = [.. new[] { SignalType.Pdq, SignalType.Md5, SignalType.Sha1, SignalType.Sha256 }.Select(Words.Of)];

    /// <summary>Gives the decision's opinions, in the caller's transaction. They are told to nobody before the decision stands.</summary>
    public async Task Give(Case @case, Decision decision, Actor actor, CancellationToken ct)
    {
        Judgement? judgement = decision.Verdict switch { Verdict.Illegal => Judgement.Confirm, Verdict.NoViolation => Judgement.Deconfirm, _ => null };
        if (judgement is not { } judged)
        {
            return;
        }

        var near = await db.Findings.Where(f => f.Case == @case.Id && f.Frame == null && Whole.Contains(f.Algorithm) && f.Distance <= settings.OpinionDistance).Select(f => f.Signal).Distinct().ToListAsync(ct);
        var signals = near.Select(n => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var signal) ? signal : 0).Where(n => n > 0).ToList();
        if (signals.Count > 0)
        {
            await give.AddAll(signals, judged, decision.Policy.Length > 0 ? decision.Policy : Words.Of(decision.Verdict), decision.Subject, decision.UndoUntil, actor, ct);
        }
    }

    /// <summary>Takes the decision's opinions back, in the caller's transaction.</summary>
    public Task TakeBack(Decision decision, string why, Actor actor, CancellationToken ct) => give.TakeBack(decision.Subject, why, actor, ct);
}
