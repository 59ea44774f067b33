using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Jaga.Audit;
using Jaga.Cases;
using Jaga.Kernel;
using Jaga.People;
using Jaga.Reports;
using Jaga.Server.Cli.Demo;
using Microsoft.EntityFrameworkCore;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench desk</c>: the queue with very many open cases, and a case with very many findings and reports: as the pages read them, and the pages themselves.</summary>
internal static class DeskSpeed
{
    private const int Rounds = 15;

    private static readonly RawInsert Cases = new(
        "cases", "id", "about_kind", "about_id", "state", "severity", "category", "opened_at", "legal_due_at", "due_at", "weight", "escalated_at", "leased_by", "leased_until", "version", "priority");

    private static readonly RawInsert Findings = new(
        "findings", "id", "case", "source_kind", "source_id", "algorithm", "bank", "signal", "distance", "variant", "labels", "provenance", "at");

    private static readonly RawInsert Reports = new(
        "reports", "id", "about_kind", "about_id", "case", "category", "words", "location", "happened", "language", "via", "received_at", "state", "same_as", "likeness", "receipt");

    private static readonly RawInsert Counts = new("report_counts", "case", "public", "platform", "flagger", "same", "first_at", "last_at");

    public static Command Build()
    {
        var cases = new Option<int>("--cases") { Description = "Open cases.", DefaultValueFactory = _ => 1_000_000 };
        var findings = new Option<int>("--findings") { Description = "Findings of one case.", DefaultValueFactory = _ => 100_000 };
        var reports = new Option<int>("--reports") { Description = "Reports of the same case.", DefaultValueFactory = _ => 100_000 };
        var store = new Option<string?>("--store") { Description = "A PostgreSQL connection string of an empty database; otherwise SQLite." };
        var data = new Option<string?>("--data") { Description = "The folder of the measured house; filled where it is not, and then kept: with the same --store, it need not be filled again. Without it, a temporary one." };
        var command = new Command("desk", "Measure the queue and a case at their largest: the first page, a page far down, the next case, one case.") { cases, findings, reports, store, data };
        command.SetAction(async (parsed, ct) =>
        {
            await using var house = new BenchHouse(parsed.GetValue(store), works: false, parsed.GetValue(data));
            if (await house.Make(ct, db => db.ReportCounts.AnyAsync(c => c.Case == new Id<Case>(Big), ct)))
            {
                await Fill(house, parsed.GetValue(cases), parsed.GetValue(findings), parsed.GetValue(reports), ct);
            }

            var far = await FarDown(house, ct);
            Terminal.Table(["work", "first ms", "p50 ms", "most ms", "beside it"], [.. await Measure(house, far, ct), .. await Pages(house, far, ct), ["", "", "", "", house.Name]]);
            return Terminal.Done;
        });
        return command;
    }

    // One in four has a law's clock; the case with the findings is the last in the queue.
    private static async Task Fill(BenchHouse house, int cases, int findings, int reports, CancellationToken ct)
    {
        var (random, start) = (new Random(4711), new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
        await house.Fill("cases", Cases, cases, (db, i) =>
        {
            var opened = start.AddSeconds(i);
            return
            [
                i == 0 ? Big : Id<Case>.New(opened).Value, "item", $"item-{i}", "Open", i == 0 ? 0 : random.Next(4), "other", db.Time(opened), i % 4 == 1 ? db.Time(opened.AddSeconds(random.Next(86_400))) : null,
                db.Time(opened.AddHours(24)), 1, null, null, null, 0, i % 50 == 0 ? random.Next(50, 100) : Case.Usual,
            ];
        }, ct);
        await house.Fill("findings", Findings, findings, (db, i) =>
            [Guid.CreateVersion7(start.AddSeconds(i)), Big, "checked", $"item-{i}", "pdq", "bench", $"{i}", random.Next(32), "original", "other", "", db.Time(start.AddSeconds(i))], ct);
        await house.Fill("reports", Reports, reports, (db, i) => Report(db, i, start.AddSeconds(i)), ct);
        await house.Fill("count of reports", Counts, 1, (db, _) => [Big, reports, 0, 0, reports - (reports / 50), db.Time(start), db.Time(start.AddSeconds(reports))], ct);
        await house.Settle(ct);
    }

    // One in fifty says something of its own.
    private static object?[] Report(Db db, int i, DateTimeOffset at)
    {
        var (apart, id) = (i % 50 == 0, Guid.CreateVersion7(at));
        return
        [
            id, "item", "item-0", Big, "violence", apart ? $"In the {i}th room of this group they tell each other where the next one is to happen." : "", "item:item-0", "", "en", "Public", db.Time(at), "Received",
            apart ? null : Big, new string('0', 65), BitConverter.GetBytes((long)i),
        ];
    }

    private static readonly Guid Big = Guid.Parse("00000000-0000-7000-8000-0000000000b1");

    // The place after 40,000 lines.
    private static Task<string?> FarDown(BenchHouse house, CancellationToken ct) => Terminal.Progress("Walking down the queue", async _ =>
    {
        var far = (string?)null;
        for (var page = 0; page < 200; page++)
        {
            far = (await house.Do<ReadCases, Page<CaseLine>>(r => r.Run(CaseState.Open, new(far, 200), ct))).Next ?? far;
        }

        return far;
    });

    private static async Task<IReadOnlyList<string[]>> Measure(BenchHouse house, string? far, CancellationToken ct)
    {
        var actor = Actor.System("bench") with { Permissions = new HashSet<Permission>(Enum.GetValues<Permission>()) };
        var (rows, reviewer) = (new List<string[]>(), 0);
        rows.Add(await Row("queue, first page", () => house.Do<ReadCases, string>(async r => Say($"{(await r.Run(CaseState.Open, new(null, null), ct)).Rows.Count} lines"))));
        rows.Add(await Row("queue, a page far down", () => house.Do<ReadCases, string>(async r => Say($"{(await r.Run(CaseState.Open, new(far, null), ct)).Rows.Count} lines after 40,000"))));
        rows.Add(await Row("cases without a legal clock, first page of theirs", () => house.Do<ReadCases, string>(async r =>
            Say($"{(await r.Run(CaseState.Open, new(new QueuePlace(null, Severity.Critical, DateTimeOffset.MinValue, default) { Priority = 100 }.Text, null), ct)).Rows.Count} lines"))));
        rows.Add(await Row("take the next case", () => house.Do<TakeNext, string>(async take => await take.Run(actor with { Id = $"reviewer-{++reviewer}" }, ct) is null ? "none" : "each another's")));
        rows.Add(await Row("one case", () => house.Do<ReadCase, string>(async r => Say($"{(await r.Run(new(Big), ct)).Findings.Count} findings shown"))));
        rows.Add(await Row("its reports: how many, and the newest", () => house.Do<ReadReports, string>(async r =>
            Say($"{(await r.Count(new(Big), ct))?.All:N0}, {(await r.Run(new(Case: new(Big)), new(null, 5), ct)).Rows.Count} shown"))));
        return rows;
    }

    /// <summary>The pages as a browser gets them, from a server of its own.</summary>
    private static async Task<IReadOnlyList<string[]>> Pages(BenchHouse house, string? far, CancellationToken ct)
    {
        var cookie = $"Cookie: {SessionCookie.Plain}={await SignIn(house, ct)}\r\n";
        await using var server = await BenchServer.Start(house.Folder, ct, [.. house.Store, ("Worker:Enabled", "false")]);
        List<string[]> rows = [["the server at rest, after it was ready", Say($"{(await server.Rest(ct)).TotalMilliseconds:0}"), "", "", "then the pages are looked at"]];
        foreach (var (what, path, find) in new[] { ("page of the queue", "/queue", "/cases/"), ("a page of it far down", $"/queue?after={far}", "/cases/"), ("the decided ones", "/cases", "Cases"), ("page of the case", $"/cases/{Big}", $"/reports?caseId={Big}"), ("page of its reports", $"/reports?caseId={Big}", "/reports/") })
        {
            byte[][] asked = [ClosedLoop.Request("GET", path, headers: cookie)];
            rows.Add(await Row(what, async () => await new ClosedLoop(server.At).Once(asked, Encoding.ASCII.GetBytes(find), ct) == 1 ? "over HTTP" : throw new StepFailed($"{path} shows what it should")));
        }

        return rows;
    }

    private static Task<string> SignIn(BenchHouse house, CancellationToken ct) => house.Do<IServiceProvider, string>(async parts =>
    {
        var (db, now) = (parts.GetRequiredService<Db>(), DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        await using var transaction = await db.Begin(ct);
        var lead = StaffMember.New($"lead-{now.ToUnixTimeSeconds()}@example.org", "Lead", "en", [Role.Lead, Role.Reviewer], now);
        var (session, token) = Session.New(lead, SignInMethod.Passkey, Caller.Here, parts.GetRequiredService<PeopleSettings>(), now);
        db.Add(lead);
        db.Add(session);
        parts.GetRequiredService<AuditLog>().Record(OpenStore.Operator, "staff.added", lead.Subject);
        return await transaction.Commit(token, ct);
    });

    private static async Task<string[]> Row(string work, Func<Task<string>> once)
    {
        var (times, said) = (new List<double>(), "");
        for (var round = 0; round <= Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            said = await once();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        var later = times.Skip(1).Order().ToList();
        return [work, Say($"{times[0]:0.0}"), Say($"{later[Rounds / 2]:0.0}"), Say($"{later[^1]:0.0}"), said];
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
