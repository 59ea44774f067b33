using System.Text.Json;
using Jaga.Banks;
using Jaga.Kernel;
using Jaga.Matching;

namespace Jaga.Server.Hma;

/// <summary><c>/c/exchanges</c> and the types of signals and content. Each bank of somebody else's signals is shown as an exchange; they are set up in Jaga itself.</summary>
public static class ExchangePaths
{
    internal static void Map(IEndpointRouteBuilder hma)
    {
        hma.MapGet("/c/exchanges", async (ReadBanks read, CancellationToken ct) => TypedResults.Ok((await Exchanges(read, ct)).Select(b => b.Name))).Requires(Permission.ReadBanks);
        hma.MapGet("/c/exchanges/apis", () => TypedResults.Ok(Array.Empty<string>())).Requires(Permission.ReadBanks);
        hma.MapPost("/c/exchanges", () => HmaPaths.Message(501, "Exchanges are set up in Jaga itself")).Requires(Permission.EditBanks);
        hma.MapGet("/c/exchange/{name}", async (string name, ReadBanks read, CancellationToken ct) => TypedResults.Ok(Shape(await One(read, name, ct)))).Requires(Permission.ReadBanks);
        hma.MapPut("/c/exchange/{name}", async (string name, JsonElement body, ReadBanks read, EditBank edit, Actor actor, CancellationToken ct) =>
        {
            var bank = await One(read, name, ct);
            var enabled = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("enabled", out var said) && said.ValueKind is JsonValueKind.True or JsonValueKind.False ? body.GetProperty("enabled").GetBoolean() : bank.Enabled;
            return TypedResults.Ok(Shape(await edit.Run(bank.Id, new(new() { Enabled = enabled }, "asked for through the HMA-compatible interface"), actor, ct)));
        }).Requires(Permission.EditBanks);
        hma.MapDelete("/c/exchange/{name}", async (string name, ReadBanks read, CancellationToken ct) =>
            (await Exchanges(read, ct)).Any(b => b.Name == name) ? HmaPaths.Message(501, "Not yet implemented") : TypedResults.Ok(new { message = "success" })).Requires(Permission.EditBanks);
        hma.MapGet("/c/exchange/{name}/status", async (string name, ReadBanks read, ReadBatches batches, CancellationToken ct) =>
        {
            var bank = await One(read, name, ct);
            var last = (await batches.Run(bank.Id, new(null, 1), ct)).Rows is [var newest, ..] ? newest : null;
            var at = (last?.PublishedAt ?? last?.StartedAt)?.ToUnixTimeSeconds() ?? 0;
            return TypedResults.Ok(new Dictionary<string, object> { ["last_fetch_time"] = at, ["checkpoint_time"] = at, ["success"] = true });
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

    private static async Task<IEnumerable<BankAnswer>> Exchanges(ReadBanks read, CancellationToken ct) => (await CurationPaths.All(read, ct)).Where(b => b.Origin is BankOrigin.ThirdParty);

    private static async Task<BankAnswer> One(ReadBanks read, string name, CancellationToken ct) => (await Exchanges(read, ct)).FirstOrDefault(b => b.Name == name) ?? throw new NotFound($"exchange '{name}'");

    private static Dictionary<string, object> Shape(BankAnswer bank) => new() { ["name"] = bank.Name, ["api"] = "jaga", ["enabled"] = bank.Enabled };
}
