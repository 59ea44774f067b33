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
/// Puts a signal into quarantine that suddenly matches far more than ever: a bad entry in a list, or a picture that everybody shares. Otherwise it would hold back
/// a platform's uploads and bury its reviewers before anybody noticed. The leads are told at once, and one of them decides.
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
        if (accounts < settings.Accounts || recent < settings.Factor * usual || await db.SignalStandings.AnyAsync(s => s.Signal == match.Signal && s.State == StandingState.Counts && s.Since > now - settings.Rest, ct))
        {
            return;
        }

        var why = $"{recent:N0} matches from {accounts:N0} accounts in {settings.Window}; {usual:N2} were usual.";
        if (await stand.Run(match.Signal, match.BankNumber, StandingState.Quarantined, why, new { recent, accounts, usual, bank = match.Bank, match.BankName }, Actor.System("flood"), ct))
        {
            var says = new Sentence(
                $"A signal of the bank '{match.BankName}' suddenly matches far too much ({recent:N0} items, {accounts:N0} accounts) and was put aside. Until somebody decides it opens no case.",
                $"Sebuah sinyal bank '{match.BankName}' tiba-tiba cocok terlalu banyak ({recent:N0} item, {accounts:N0} akun) dan disisihkan. Sampai ada yang memutuskan, sinyal ini tidak membuka kasus.");
            await notices.Tell(Whom.Lead, "leads", null, SignalStanding.SubjectOf(match.Signal), says, urgent: true, null, ct);
        }
    }
}
