using Jaga.Banks;
using Jaga.Obligations;

namespace Jaga.Matching;

/// <summary>When a signal matches too much. <c>Jaga__Flood__…</c></summary>
public sealed record FloodSettings
{
    /// <summary>Whether anything is put into quarantine by itself.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The time that is looked back over.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Matches within the window, at least.</summary>
    public int Matches { get; init; } = 100;

    /// <summary>Different accounts among them, at least; an item without an account counts as one. Many copies by few are an attack or a test, and cases about those few.</summary>
    public int Accounts { get; init; } = 25;

    /// <summary>As many times the signal's own average for such a window, at least.</summary>
    public double Factor { get; init; } = 10;

    /// <summary>How far back its own average goes.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Findings that one look-back brings to the desk for one signal, at most. It knows no usual; what goes beyond waits in quarantine.</summary>
    public int Lookback { get; init; } = 1_000;

    /// <summary>How long a signal that a person released is left alone.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromDays(30);

    internal IEnumerable<string> Wrong()
    {
        if (Window < TimeSpan.FromMinutes(1) || Window > TimeSpan.FromDays(7))
        {
            yield return $"Flood:Window is {Window}. It takes 1 min to 7 days.";
        }

        if (Matches < 2 || Accounts < 1 || Accounts > Matches)
        {
            yield return $"Flood:Matches is {Matches} and Flood:Accounts {Accounts}. It takes 2 or more matches, and 1 to as many accounts.";
        }

        if (Lookback < 1)
        {
            yield return $"Flood:Lookback is {Lookback}. It takes 1 or more findings.";
        }

        if (Factor is not (>= 1 and <= 1e6))
        {
            yield return $"Flood:Factor is {Factor}. It takes 1 to 1,000,000.";
        }

        if (History < Window || History > TimeSpan.FromDays(365) || Rest < TimeSpan.Zero)
        {
            yield return $"Flood:History is {History} and Flood:Rest {Rest}. The history takes a window to 365 days, the rest zero or more.";
        }
    }
}

/// <summary>
/// Puts a signal into quarantine that suddenly matches far more than ever: a bad entry in a list, a picture that everybody shares, or a raid with a known file. Otherwise
/// it would bury the reviewers before anybody noticed. What its bank holds is held all the same: nobody gets known material through by sending much of it. The leads are
/// told at once, and one of them decides.
/// </summary>
public sealed class JudgeFlood(Db db, StandSignal stand, Notices notices, FloodSettings settings, TimeProvider clock)
{
    /// <summary>Judges the signals that are met in an item, in the caller's transaction, in which the item's own sightings are not saved yet.</summary>
    public async Task Run(IReadOnlyList<Match> counting, CancellationToken ct)
    {
        if (!settings.Enabled)
        {
            return;
        }

        foreach (var match in counting.DistinctBy(m => m.Signal))
        {
            await Judge(match, ct);
        }
    }

    /// <summary>Judges a signal that a look-back meets, in the caller's transaction.</summary>
    /// <param name="met">Its findings that this look-back brought to the desk.</param>
    /// <returns>Whether it is in quarantine from now on.</returns>
    public async Task<bool> Past(Match match, int met, CancellationToken ct)
    {
        if (!settings.Enabled || met < settings.Lookback || await Rests(match, ct))
        {
            return false;
        }

        var why = $"{met:N0} matches among what was checked before.";
        await PutAside(match, why, new { met, bank = match.Bank, match.BankName }, ($"{met:N0} items that were checked before", $"{met:N0} item yang pernah diperiksa"), ct);
        return true;
    }

    private async Task Judge(Match match, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (from, before) = (now - settings.Window, now - settings.History);
        var met = db.Sightings.Where(s => s.Signal == match.Signal && s.At > before);
        if (await met.CountAsync(s => s.At > from, ct) + 1 is var recent && recent < settings.Matches)
        {
            return;
        }

        // An item without an account stands for one.
        var recently = met.Where(s => s.At > from);
        var accounts = await recently.Where(s => s.Account != null).Select(s => s.Account).Distinct().CountAsync(ct) + await recently.CountAsync(s => s.Account == null, ct);
        var usual = await met.CountAsync(s => s.At <= from, ct) / Math.Max(1, (settings.History - settings.Window) / settings.Window);
        if (accounts < settings.Accounts || recent < settings.Factor * usual || await Rests(match, ct))
        {
            return;
        }

        var why = $"{recent:N0} matches from {accounts:N0} accounts in {settings.Window}; {usual:N2} were usual.";
        await PutAside(match, why, new { recent, accounts, usual, bank = match.Bank, match.BankName }, ($"{recent:N0} items, {accounts:N0} accounts", $"{recent:N0} item, {accounts:N0} akun"), ct);
    }

    private Task<bool> Rests(Match match, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - settings.Rest;
        return db.SignalStandings.AnyAsync(s => s.Signal == match.Signal && s.State == StandingState.Counts && s.Since > since, ct);
    }

    private async Task PutAside(Match match, string why, object details, (string English, string Indonesian) much, CancellationToken ct)
    {
        if (!await stand.Run(match.Signal, match.BankNumber, StandingState.Quarantined, why, details, Actor.System("flood"), ct))
        {
            return;
        }

        var (held, heldToo) = match.OnMatch is OnMatch.Hold ? ("; what it matches is held all the same", "; yang cocok tetap ditahan") : ("", "");
        var says = new Sentence(
            $"A signal of the bank '{match.BankName}' suddenly matches far too much ({much.English}) and was put aside. Until somebody decides it opens no case{held}.",
            $"Sebuah sinyal bank '{match.BankName}' tiba-tiba cocok terlalu banyak ({much.Indonesian}) dan disisihkan. Sampai ada yang memutuskan, sinyal ini tidak membuka kasus{heldToo}.");
        await notices.Tell(Whom.Lead, "leads", null, SignalStanding.SubjectOf(match.Signal), says, urgent: true, null, ct);
    }
}
