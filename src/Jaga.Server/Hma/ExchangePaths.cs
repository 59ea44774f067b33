using System.Text.Json;
using Jaga.Banks;
using Jaga.Exchanges;
using Jaga.Kernel;
using Jaga.Matching;

namespace Jaga.Server.Hma;

/// <summary><c>/c/exchanges</c> and the types of signals and content. Exchanges are set up in Jaga itself.</summary>
public static class ExchangePaths
{
    private const string Why = "asked for through the HMA-compatible interface";

    internal static void Map(IEndpointRouteBuilder hma)
    {
        hma.MapGet("/c/exchanges", async (ReadExchanges exchanges, ReadBanks banks, CancellationToken ct) => TypedResults.Ok((await All(exchanges, banks, ct)).Select(s => s.Name))).Requires(Permission.ReadBanks);
        hma.MapGet("/c/exchanges/apis", () => TypedResults.Ok(Enum.GetValues<ExchangeKind>().Select(Api))).Requires(Permission.ReadBanks);
        hma.MapGet("/c/exchanges/api/{api}", async (string api, ReadExchanges read, KnownExchanges known, CancellationToken ct) =>
        {
            var kind = Enum.GetValues<ExchangeKind>().Where(k => Api(k) == api).Select(k => (ExchangeKind?)k).FirstOrDefault() ?? throw new BadInput("api", $"no such Exchange API '{api}'");
            var set = (await read.Run(ct)).Any(e => e.Kind == kind && e.Credentials.Count > 0);
            return TypedResults.Ok(new Dictionary<string, bool> { ["supports_authentification"] = known.Of(kind).Credentials.Count > 0, ["has_set_authentification"] = set });
        }).Requires(Permission.ReadBanks);
        hma.MapGet("/c/exchanges/api/{api}/schema", () => HmaPaths.Message(501, "Exchanges and their credentials are set up in Jaga itself")).Requires(Permission.ReadBanks);
        hma.MapPost("/c/exchanges/api/{api}", () => HmaPaths.Message(501, "Credentials are set in Jaga itself, for each exchange")).Requires(Permission.EditBanks);
        hma.MapPost("/c/exchanges", () => HmaPaths.Message(501, "Exchanges are set up in Jaga itself")).Requires(Permission.EditBanks);
        hma.MapGet("/c/exchange/{name}", async (string name, ReadExchanges exchanges, ReadBanks banks, CancellationToken ct) => TypedResults.Ok((await One(exchanges, banks, name, ct)).ToWire())).Requires(Permission.ReadBanks);
        hma.MapPut("/c/exchange/{name}", async (string name, JsonElement body, ReadExchanges exchanges, ReadBanks banks, PauseExchange pause, EditBank edit, Actor actor, CancellationToken ct) =>
        {
            var one = await One(exchanges, banks, name, ct);
            var enabled = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("enabled", out var said) && said.ValueKind is JsonValueKind.True or JsonValueKind.False ? body.GetProperty("enabled").GetBoolean() : one.Enabled;
            if (enabled != one.Enabled && one.Exchange is { } exchange)
            {
                await pause.Run(exchange.Id, new(!enabled, Why), actor, ct);
            }
            else if (enabled != one.Enabled)
            {
                await edit.Run(one.Bank, new(new() { Enabled = enabled }, Why), actor, ct);
            }

            return TypedResults.Ok((one with { Enabled = enabled }).ToWire());
        }).Requires(Permission.EditBanks);
        hma.MapDelete("/c/exchange/{name}", async (string name, ReadExchanges exchanges, ReadBanks banks, CancellationToken ct) =>
            (await All(exchanges, banks, ct)).Any(s => s.Name == name) ? HmaPaths.Message(501, "Not yet implemented") : TypedResults.Ok(new { message = "success" })).Requires(Permission.EditBanks);
        hma.MapGet("/c/exchange/{name}/status", async (string name, ReadExchanges exchanges, ReadBanks banks, ReadBatches batches, CancellationToken ct) =>
        {
            var one = await One(exchanges, banks, name, ct);
            var last = one.Exchange is null && (await batches.Run(one.Bank, new(null, 1), ct)).Rows is [var newest, ..] ? newest.PublishedAt ?? newest.StartedAt : (DateTimeOffset?)null;
            return TypedResults.Ok(new Dictionary<string, object?>
            {
                ["checkpoint_ts"] = (one.Exchange is { } kept ? kept.InStepTo : last)?.ToUnixTimeSeconds(),
                ["running_fetch_start_ts"] = one.Exchange is { State: ExchangeState.Reading } reading ? reading.RunStartedAt?.ToUnixTimeSeconds() : null,
                ["last_fetch_complete_ts"] = (one.Exchange is { } run ? run.LastSuccessAt : last)?.ToUnixTimeSeconds(),
                ["last_fetch_succeeded"] = one.Exchange is { } tried ? tried.LastTryAt is null ? null : tried.LastFailure is null : last is null ? null : true,
                ["up_to_date"] = one.Exchange is { } exchange ? exchange.State is ExchangeState.InStep : last is not null,
                ["fetched_items"] = (await banks.One(one.Bank, ct)).Signals,
            });
        }).Requires(Permission.ReadBanks);
        hma.MapGet("/c/signal_type", () => TypedResults.Ok(HmaSignals.Types.Keys.Select(t => new Dictionary<string, object> { ["name"] = t, ["enabled_ratio"] = 1.0 }))).Requires(Permission.ReadBanks);
        hma.MapPut("/c/signal_type/{name}", () => HmaPaths.Message(501, "Every type is always enabled; set the share of a bank instead")).Requires(Permission.EditBanks);
        hma.MapGet("/c/signal_type/index", (ReadMatchStatus read, TimeProvider clock) =>
        {
            var (status, now) = (read.Run(), clock.GetUtcNow().ToUnixTimeSeconds());
            return TypedResults.Ok(new[] { ("pdq", status.Pdq), ("video_md5", status.Digests) }.ToDictionary(t => t.Item1, t => new Dictionary<string, object>
            {
                ["db_size"] = t.Item2, ["index_size"] = t.Item2, ["index_out_of_date"] = !status.Ready, ["newest_db_item"] = now, ["index_built_to"] = now,
            }));
        }).Requires(Permission.ReadBanks);
        hma.MapGet("/c/content_type", () => TypedResults.Ok(HmaSignals.Contents.Keys.Select(t => new Dictionary<string, object> { ["name"] = t, ["enabled"] = true }))).Requires(Permission.ReadBanks);
        hma.MapPut("/c/content_type/{name}", () => HmaPaths.Message(501, "Not yet implemented")).Requires(Permission.EditBanks);
    }

    // Exchanges, and banks of somebody else's signals that are filled by hand: to a client of HMA both are lists of others.
    private static async Task<IReadOnlyList<Shown>> All(ReadExchanges exchanges, ReadBanks banks, CancellationToken ct)
    {
        var own = await exchanges.Run(ct);
        var byHand = (await CurationPaths.All(banks, ct)).Where(b => b.Origin is BankOrigin.ThirdParty && own.All(e => e.Bank != b.Id));
        return [.. own.Select(e => new Shown(e.Name, Api(e.Kind), e.State is not ExchangeState.Paused, e.Bank, e)), .. byHand.Select(b => new Shown(b.Name, "jaga", b.Enabled, b.Id, null))];
    }

    private static async Task<Shown> One(ReadExchanges exchanges, ReadBanks banks, string name, CancellationToken ct) => (await All(exchanges, banks, ct)).FirstOrDefault(s => s.Name == name) ?? throw new NotFound($"exchange '{name}'");

    /// <summary>HMA's word for a kind where it has one, and Jaga's otherwise.</summary>
    private static string Api(ExchangeKind kind) => kind switch
    {
        ExchangeKind.Ncmec => "ncmec", ExchangeKind.StopNcii => "stopncii", ExchangeKind.ThreatExchange => "fb_threatexchange", _ => Words.Of(kind),
    };

    private sealed record Shown(string Name, string Api, bool Enabled, Id<Bank> Bank, ReadExchanges.Shown? Exchange)
    {
        public Dictionary<string, object> ToWire() => new() { ["name"] = Name, ["api"] = Api, ["enabled"] = Enabled };
    }
}
