using Jaga.Banks;
using Jaga.Exchanges;

namespace Jaga.Tests.Exchanges;

/// <summary>Short ways to do in tests what operators do, and to see what came of it.</summary>
internal static class ExchangeScene
{
    public static readonly Actor Operator = new(ActorKind.Staff, "tester", "Tester");

    public static Task<ReadExchanges.Shown> AddNcmec(this JagaHost jaga, ExchangeServer server, string name = "Hotline", string password = "p:w", int? keepDays = null) => jaga.Ask<AddExchange, ReadExchanges.Shown>(add => add.Run(
        new(ExchangeKind.Ncmec, new()
        {
            Name = name, Address = server.Address + "/hashsharing", AllowPrivate = true, KeepDays = keepDays,
            Credentials = new Dictionary<string, string> { ["user"] = "esp", ["password"] = password },
        }),
        Operator, default));

    public static Task<ReadExchanges.Shown> AddStopNcii(this JagaHost jaga, ExchangeServer server) => jaga.Add(new(ExchangeKind.StopNcii, new()
    {
        Name = "StopNCII", Address = server.Address + "/v1", AllowPrivate = true,
        Credentials = new Dictionary<string, string> { ["subscriptionKey"] = "sub", ["fetchKey"] = "key-FetchHashes", ["feedbackKey"] = "key-SubmitFeedback", ["submitKey"] = "key-SubmitHashes" },
    }));

    public static Task<ReadExchanges.Shown> AddGraph(this JagaHost jaga, ExchangeServer server) => jaga.Add(new(ExchangeKind.ThreatExchange, new()
    {
        Name = "ThreatExchange", Address = server.Address + "/v21.0", AllowPrivate = true, Credentials = new Dictionary<string, string> { ["accessToken"] = "12345678|abcdefghijklmnopqrstuv" },
    }, Collection: "99"));

    public static Task<ReadExchanges.Shown> AddTat(this JagaHost jaga, ExchangeServer server, string name = "TAT", string password = "pw") => jaga.Add(new(ExchangeKind.TechAgainstTerrorism, new()
    {
        Name = name, Address = server.Address, AllowPrivate = true, Credentials = new Dictionary<string, string> { ["user"] = "u", ["password"] = password },
    }));

    public static Task<ReadExchanges.Shown> AddList(this JagaHost jaga, ExchangeServer server) =>
        jaga.Add(new(ExchangeKind.List, new() { Name = "A list", Address = server.Address + "/list.csv", AllowPrivate = true }));

    public static Task<ReadExchanges.Shown> AddFolder(this JagaHost jaga, string file) => jaga.Add(new(ExchangeKind.Folder, new() { Name = "A file", Address = file }));

    public static Task<ReadExchanges.Shown> Add(this JagaHost jaga, AddExchange.Request request) =>
        jaga.Ask<AddExchange, ReadExchanges.Shown>(add => add.Run(request, Operator, default));

    public static Task<ReadExchanges.Shown> See(this JagaHost jaga, ReadExchanges.Shown exchange) => jaga.Ask<ReadExchanges, ReadExchanges.Shown>(read => read.One(exchange.Id, default));

    /// <summary>One turn of reading what is due.</summary>
    public static Task<bool> Turn(this JagaHost jaga) => jaga.Ask<FetchExchanges, bool>(fetch => fetch.Run(default));

    /// <summary>Turn after turn, each wait passed at once, until the exchange has come to the end of a run, or stands still.</summary>
    public static async Task<ReadExchanges.Shown> Fetch(this JagaHost jaga, ReadExchanges.Shown exchange, int rounds = 80)
    {
        for (var i = 0; i < rounds; i++)
        {
            await jaga.Turn();
            var now = await jaga.See(exchange);
            if (now.State is ExchangeState.InStep or ExchangeState.Stopped or ExchangeState.Lagging && now.NextAt > jaga.Clock.Now)
            {
                return now;
            }

            jaga.Clock.Advance(now.NextAt > jaga.Clock.Now ? now.NextAt - jaga.Clock.Now + TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(1));
        }

        return await jaga.See(exchange);
    }

    /// <summary>Lets the time of the next run come, and fetches.</summary>
    public static Task<ReadExchanges.Shown> FetchAgain(this JagaHost jaga, ReadExchanges.Shown exchange)
    {
        jaga.Clock.Advance(TimeSpan.FromMinutes(exchange.EveryMinutes + 1));
        return jaga.Fetch(exchange);
    }

    /// <summary>An operator has it read now.</summary>
    public static Task<bool> RunNow(this JagaHost jaga, ReadExchanges.Shown exchange, RunExchange.Request? request = null) => jaga.Ask<RunExchange, bool>(async run =>
    {
        await run.Run(exchange.Id, request ?? new(), Operator, default);
        return true;
    });

    /// <summary>What the exchange's bank holds: kind, value and provenance, in order.</summary>
    public static async Task<List<string>> Holds(this JagaHost jaga, ReadExchanges.Shown exchange)
    {
        var all = new List<string>();
        string? after = null;
        do
        {
            var page = await jaga.Ask<ReadSignals, Page<ReadSignals.Row>>(read => read.Run(exchange.Bank, new(after, 200), default));
            all.AddRange(page.Rows.Select(r => $"{r.Algorithm.ToString().ToLowerInvariant()} {r.Hash[..8]} {r.Entry} {r.Member} {string.Join('+', r.Labels)}".TrimEnd()));
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    public static Task<Page<ReadSetAsideEntries.Row>> SetAside(this JagaHost jaga, ReadExchanges.Shown exchange) =>
        jaga.Ask<ReadSetAsideEntries, Page<ReadSetAsideEntries.Row>>(read => read.Run(exchange.Id, new(null, 200), default));
}
