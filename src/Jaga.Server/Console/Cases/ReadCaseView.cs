using Jaga.Banks;
using Jaga.Cases;
using Jaga.Cases.Statements;
using Jaga.Enforcement;
using Jaga.Evidence;
using Jaga.Items.Lookbacks;
using Jaga.Orders;
using Jaga.Referrals;
using Jaga.Reports;
using Jaga.Server.Pages.Actions;

namespace Jaga.Server.Pages.Cases;

/// <summary>Reads a case as this reader may see it.</summary>
public sealed class ReadCaseView(Db db, ReadCase read, ReadStatements statements, ReadReports reports, ReadReferrals referrals, ReadNames names, ReadConnection connection, SecondWords secondWords, Viewer viewer, Text words)
{
    private const int MostEvents = 50;
    private const int FewReports = 5;
    private const int MostOrders = 20;

    // Looks are told from the reveals, with their length; that somebody still works on a case is no event.
    private static readonly string[] NoEvents = ["media.revealed", "case.renewed"];

    public async Task<CaseView> Run(Id<Case> id, CancellationToken ct)
    {
        var card = await read.Run(id, ct);
        var leased = card.LeasedUntil > viewer.Now;
        var mine = leased && card.LeasedBy == viewer.Actor?.Id;
        var last = card.Decisions.FirstOrDefault(d => d.UndoneAt is null);
        var choices = mine && card.State is CaseState.Open && viewer.May(Permission.DecideCases) ? Choice.For(card) : [];
        var ordered = choices.Count == 0 ? [] : await Ordered(card, ct);
        var referred = viewer.May(Permission.ReadReferrals) ? await referrals.About(Subject.Of("case", id), ct) : [];
        var reported = viewer.May(Permission.ReadReports) ? await reports.Count(id, ct) : null;
        var two = mine && secondWords.Needed(TwoPersonAct.Reveal);
        var word = two ? await secondWords.Of(TwoPersonAct.Reveal, Subject.Of("case", id), viewer.Actor!, ct) : null;
        return new()
        {
            Card = card,
            MayLook = !two || word?.AllowedBy is not null,
            RevealWord = word,
            MineUntil = mine ? card.LeasedUntil : null,
            OnDeskOf = leased && !mine ? await names.Of(card.LeasedBy!) : null,
            Statements = await statements.Of(id, ct),
            Referrals = referred,
            MayRefer = viewer.May(Permission.WriteReferrals) && card.State is CaseState.Decided && last?.Verdict is Verdict.Violation or Verdict.Illegal
                && referred.All(r => r.State is ReferralState.Dropped or ReferralState.Retracted),
            Reports = reported,
            NewestReports = reported is null ? [] : (await reports.Run(new(Case: id), new(null, FewReports), ct)).Rows,
            Matches = await Matches(card, ct),
            History = await History(card, ct),
            Choices = choices,
            Unheard = card.Actions.Any(a => a.State is ActionState.Requested) && !await connection.IsThere(ct),
            SameOpen = await Same(card, ct),
            Ordered = ordered,
            Draft = new(Countries: string.Join(", ", ordered.SelectMany(w => w.Countries ?? []).Distinct().Order(StringComparer.Ordinal))),
            UndoUntil = card.State is CaseState.Decided && last?.By == viewer.Actor?.Id && last?.UndoUntil > viewer.Now ? last.UndoUntil : null,
        };
    }

    // Another open case about what this one is about: by its id on the platform, or by what words were found to mean.
    private async Task<Id<Case>?> Same(CaseCard card, CancellationToken ct)
    {
        var open = db.Cases.AsNoTracking().Where(c => c.State == CaseState.Open && c.Id != card.Id);
        Subject? meant = card.Means ?? card.About;
        var (kind, id) = (meant.Value.Kind, meant.Value.Id);
        return await open.Where(c => c.About.Kind == kind && c.About.Id == id).Select(c => (Id<Case>?)c.Id).FirstOrDefaultAsync(ct)
            ?? await open.Where(c => c.Means == meant).OrderBy(c => c.Id).Select(c => (Id<Case>?)c.Id).FirstOrDefaultAsync(ct);
    }

    // Where authorities ordered something done with it: the least that would satisfy them, to be changed by whoever decides.
    private async Task<IReadOnlyList<ActionWish>> Ordered(CaseCard card, CancellationToken ct)
    {
        var orders = await (from l in db.OrderLocations.AsNoTracking()
                            where l.CaseId == card.Id && l.State == LocationState.Waiting
                            join o in db.Orders.AsNoTracking() on l.OrderId equals o.Id
                            join a in db.Agencies.AsNoTracking() on o.Agency equals a.Id
                            orderby l.Id
                            select new { Order = o, Agency = a }).Take(MostOrders).ToListAsync(ct);
        return [.. orders.Select(o => NarrowestScope.For(o.Order, o.Agency, card.About)).OfType<ActionWish>()];
    }

    private async Task<List<MatchView>> Matches(CaseCard card, CancellationToken ct)
    {
        // What people reported or ordered has its own places on the page: nothing was compared there. A signal that was met twice is one signal.
        var findings = card.Findings.Where(f => f.Source.Kind is not ("report" or "order")).GroupBy(f => (f.Algorithm, f.Bank, f.Signal, f.Frame)).Select(g => g.MinBy(f => f.Distance)!).ToList();
        var named = findings.Select(f => f.Bank).Distinct().ToList();
        var banks = await db.Banks.AsNoTracking().Where(b => named.Contains(b.Name)).ToDictionaryAsync(b => b.Name, ct);
        return [.. findings.Select(f =>
        {
            var bank = banks.GetValueOrDefault(f.Bank);
            return new MatchView(
                f.Bank, bank is null ? null : $"/banks/{bank.Id}", f.Algorithm, NearnessOf(f), f.Distance, f.Algorithm == SignalType.Pdq.Word() ? bank?.MaxDistance ?? Bank.DefaultMaxDistance : 0,
                f.Variant, f.Labels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), f.Provenance, f.Source.Kind == RecordLookback.Source);
        })];
    }

    private static Nearness NearnessOf(Finding found) => SignalTypes.TryRead(found.Algorithm, out var type) ? type switch
    {
        SignalType.Md5 or SignalType.Sha1 or SignalType.Sha256 or SignalType.TextSha256 or SignalType.Url => Nearness.Equal,
        SignalType.Pdq => Nearness.Near,
        _ => Nearness.Alike,
    }
    : found.Algorithm == "unreadable" ? Nearness.Unread : Nearness.Alike;

    // What was done stands in the audit log; how long somebody looked stands on the reveals.
    private async Task<List<EventView>> History(CaseCard card, CancellationToken ct)
    {
        var about = Subject.Of("case", card.Id);
        var lines = await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == about.Kind && l.Subject.Id == about.Id && !NoEvents.Contains(l.Action))
            .OrderByDescending(l => l.Seq).Take(MostEvents).ToListAsync(ct);
        var events = new List<EventView>();
        foreach (var line in lines)
        {
            var who = await names.Of(line.Actor);
            var icon = line.Action switch { "case.opened" or "case.grew" => "folder", "case.decided" => "checks", "case.escalated" => "flag", "case.reopened" or "case.merged" => "arrow-back-up", _ => "user" };
            events.Add(new(line.At, icon, words.Known($"event.{line.Action}") is { } told ? string.Format(words.Culture, told, who) : $"{words.Did(line.Action)} · {who}", line.Why.Length > 0 ? words.Known($"category.{line.Why}") ?? line.Why : null));
        }

        foreach (var reveal in card.Reveals)
        {
            var who = await names.Of(reveal.By);
            events.Add(new(reveal.At, "eye", reveal.Milliseconds is { } ms ? words["event.looked-for", who, (ms / 1000.0).ToString("0.0", words.Culture)] : words["event.looked", who]));
        }

        return [.. events.OrderByDescending(e => e.At)];
    }
}
