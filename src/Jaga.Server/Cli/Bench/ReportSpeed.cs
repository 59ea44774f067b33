using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Jaga.Kernel;
using Jaga.People;
using Jaga.Reports;
using Jaga.Server.Cli.Demo;
using Microsoft.EntityFrameworkCore;

namespace Jaga.Server.Cli.Bench;

/// <summary>
/// <c>jaga bench reports</c>: the public form, its page, and the interface for platforms at a pace, each report durable before it is answered; then what is in the database.
/// The server is this measurement's own: only its settings let one machine report as a city would.
/// </summary>
internal static class ReportSpeed
{
    private const int Clients = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly byte[] FormTaken = "class=\"code\""u8.ToArray(), SentTaken = "\"report\":\""u8.ToArray();

    public static Command Build()
    {
        var form = new Option<int>("--form") { Description = "Reports a second by the public form, and as many readers of its page.", DefaultValueFactory = _ => 200 };
        var api = new Option<int>("--api") { Description = "Reports a second by a platform's key, at the same time.", DefaultValueFactory = _ => 200 };
        var seconds = new Option<double>("--seconds") { Description = "How long is measured, after a fifth of it to warm up.", DefaultValueFactory = _ => 60 };
        var subjects = new Option<int>("--subjects") { Description = "What is reported: so many groups, by lot. 1 for a flood about one.", DefaultValueFactory = _ => 1000 };
        var store = new Option<string?>("--store") { Description = "A PostgreSQL connection string of an empty database; otherwise SQLite in a temporary folder." };
        var command = new Command("reports", "Measure reports by the public form and by the interface, durable, and count afterwards that none was lost.") { form, api, seconds, subjects, store };
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                await using var house = new BenchHouse(parsed.GetValue(store), works: false);
                await house.Make(ct);
                Terminal.Table(["reports", "a second", "p50 ms", "p99 ms", "beside it"], await Measure(house, parsed.GetValue(form), parsed.GetValue(api), parsed.GetValue(seconds), parsed.GetValue(subjects), ct));
                return Terminal.Done;
            }
            catch (StepFailed failed)
            {
                Terminal.Remark(failed.Message);
                return Terminal.Failed;
            }
        });
        return command;
    }

    private static async Task<IReadOnlyList<string[]>> Measure(BenchHouse house, int form, int api, double seconds, int subjects, CancellationToken ct)
    {
        var key = (await house.Do<CreateApiKey, CreateApiKey.Created>(create => create.Run(new("bench", [Permission.SendReports]), OpenStore.Operator, ct))).Key;
        await using var server = await BenchServer.Start(house.Folder, ct, [.. house.Store, ("Reports:Step", "00:00:00"), ("Reports:StepsPerMinute", "100000000"), ("Reports:EasyPerMinute", "100000000"), ("Reports:EasyPerSubject", "100000000")]);
        var (loop, random) = (new ClosedLoop(server.At), new Random(4711));
        int Requests(int pace) => (int)(pace * seconds * 1.2) + (Clients * 2);

        // The page's token is made here, with the house's own key; the page itself is asked for at the same pace by the third.
        var forms = Enumerable.Range(0, Requests(form)).Select(i => Form(house.One<Puzzle>().New(), i, random.Next(subjects))).ToList();
        var sent = Enumerable.Range(0, Requests(api)).Select(i => Sent(key, i, random.Next(subjects))).ToList();
        Terminal.Remark("Reporting …");
        var began = Stopwatch.GetTimestamp();
        var pages = loop.Run([ClosedLoop.Request("GET", "/report")], Clients, seconds, form, ct: ct);
        var byForm = loop.Run(forms, Clients, seconds, form, FormTaken, ct);
        var byKey = loop.Run(sent, Clients, seconds, api, SentTaken, ct);
        var memory = new List<long>();
        foreach (var at in new[] { seconds / 5, seconds * 0.7, seconds * 1.19 })
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, at - Stopwatch.GetElapsedTime(began).TotalSeconds)), ct);
            memory.Add(server.Memory);
        }

        var (page, one, other) = (await pages, await byForm, await byKey);
        Terminal.Remark("Counting …");
        var (sorted, waits) = (Stopwatch.StartNew(), 0);
        while ((waits = await house.Do<Db, int>(db => db.Reports.CountAsync(r => r.Case == null, ct))) > 0 && sorted.Elapsed < Patience)
        {
            await Task.Delay(50, ct);
        }

        var there = await house.Do<Db, int>(db => db.Reports.CountAsync(ct));
        return
        [
            Row("by the public form", one, Say($"{one.Found:N0} accepted with their warming up")),
            Row("by the interface", other, Say($"{other.Found:N0} accepted with their warming up")),
            Row("the form's page, beside it", page, ""),
            ["in the database afterwards", Say($"{there:N0}"), "", "", there == one.Found + other.Found ? "none lost, none twice" : Say($"{one.Found + other.Found - there:N0} of the accepted are not there")],
            ["not at the desk yet", Say($"{waits:N0}"), "", "", Say($"{sorted.Elapsed.TotalSeconds:0.0} s after the last; {await house.Do<Db, int>(db => db.Cases.CountAsync(ct)):N0} cases")],
            ["the server's memory at the start, half-way, at the end", "", "", "", string.Join(", ", memory.Select(m => Say($"{m / 1e6:0} MB")))],
            ["", "", "", "", house.Name],
        ];
    }

    private static byte[] Form(string token, int number, int subject)
    {
        const string part = "part";
        var body = new StringBuilder();
        foreach (var (name, value) in new[] { ("puzzle", token), ("slow", "true"), ("goodFaith", "true"), ("category", "violence"), ("location", Where(subject)), ("happened", "yesterday"), ("words", Words(number)) })
        {
            body.Append(CultureInfo.InvariantCulture, $"--{part}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }

        return ClosedLoop.Request("POST", "/report", "", $"multipart/form-data; boundary={part}", Encoding.ASCII.GetBytes(body.Append(CultureInfo.InvariantCulture, $"--{part}--\r\n").ToString()));
    }

    private static byte[] Sent(string key, int number, int subject) => ClosedLoop.Request("POST", "/api/v1/reports", key, "application/json", Encoding.ASCII.GetBytes(
        $$"""{"reports":[{"id":"r{{number}}","category":"violence","location":"{{Where(subject)}}","words":"{{Words(number)}}","reporter":"u{{number % 9973}}"}]}"""));

    private static string Where(int subject) => Say($"group:{subject}");

    // Long enough to be compared by likeness, and of many different ones.
    private static string Words(int number)
    {
        var random = new Random(number % 5000);
        return string.Join(' ', Enumerable.Range(0, 40).Select(_ => Vocabulary[random.Next(Vocabulary.Length)]));
    }

    private static readonly string[] Vocabulary =
        "people of this group tell each other every evening where the next one is to happen and who shall bring what for it while new members come by links from other rooms and nobody stops them although many of us wrote about it last week".Split(' ');

    private static string[] Row(string what, Load load, string beside) => [what, Say($"{load.PerSecond:0}"), Say($"{load.P50:0.0}"), Say($"{load.P99:0.0}"), beside];

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
