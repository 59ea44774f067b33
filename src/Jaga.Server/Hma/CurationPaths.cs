using System.Text.Json;
using System.Text.RegularExpressions;
using Jaga.Banks;
using Jaga.Items;
using Jaga.Kernel;
using Jaga.Media;
using Wire = Jaga.Deliveries.Wire;

namespace Jaga.Server.Hma;

/// <summary><c>/c</c>: banks and what is in them. A bank made here opens cases on a match of <c>/api/v1/check</c>.</summary>
public static partial class CurationPaths
{
    private const string Source = "hma";
    private const string Why = "asked for through the HMA-compatible interface";

    internal static void Map(IEndpointRouteBuilder hma)
    {
        hma.MapGet("/c/banks", async (ReadBanks read, CancellationToken ct) => TypedResults.Ok((await All(read, ct)).Select(Shape))).Requires(Permission.ReadBanks);
        hma.MapPost("/c/banks", Create).Requires(Permission.EditBanks);
        hma.MapGet("/c/bank/{name}", async (string name, ReadBanks read, CancellationToken ct) => TypedResults.Ok(Shape(await Bank(read, name, ct)))).Requires(Permission.ReadBanks);
        hma.MapPut("/c/bank/{name}", Change).Requires(Permission.EditBanks);
        hma.MapDelete("/c/bank/{name}", Delete).Requires(Permission.EditBanks);
        hma.MapPost("/c/bank/{name}/signal", async (string name, JsonElement body, ReadBanks read, AddSignals add, Db db, Actor actor, CancellationToken ct) =>
        {
            var bank = await Bank(read, name, ct);
            return TypedResults.Ok(await Add(bank, body.ValueKind is JsonValueKind.Object ? body.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString()) : [], add, db, actor, ct));
        }).Requires(Permission.EditBanks);
        hma.MapPost("/c/bank/{name}/content", async (string name, HttpRequest http, ReadBanks read, AddSignals add, Db db, Wire wire, MediaReader media, HmaSettings settings, ItemSettings items, Actor actor, CancellationToken ct) =>
        {
            var bank = await Bank(read, name, ct);
            var hashes = http.Asked("url") is not null ? await HashingPaths.OfUrl(http, wire, media, settings, items, ct)
                : http.HasFormContentType ? await HashingPaths.OfUpload(http, media, items, ct)
                : throw new BadInput("file", "Neither `url` nor multipart file upload was received");
            return TypedResults.Ok(await Add(bank, hashes.Hashes, add, db, actor, ct));
        }).Requires(Permission.EditBanks);
        hma.MapGet("/c/bank/{name}/content/{id:long}", async (string name, long id, ReadBanks read, Db db, CancellationToken ct) =>
        {
            var bank = await Bank(read, name, ct);
            var one = await Content(db, bank, id, ct) ?? throw new NotFound($"content {id} in '{name}'");
            var disabled = await db.SignalStandings.AnyAsync(s => s.Signal == one.Id && s.State == StandingState.Disabled, ct);
            return TypedResults.Ok(new Dictionary<string, object?>
            {
                ["id"] = one.Id, ["disable_until_ts"] = disabled ? 1 : 0, ["collab_metadata"] = new Dictionary<string, object>(), ["original_media_uri"] = null, ["bank"] = Shape(bank),
            });
        }).Requires(Permission.ReadBanks);
        hma.MapDelete("/c/bank/{name}/content/{id:long}", async (string name, long id, ReadBanks read, RemoveSignal remove, Db db, Actor actor, CancellationToken ct) =>
        {
            var bank = await Bank(read, name, ct);
            if (await Content(db, bank, id, ct) is not { } one)
            {
                return TypedResults.Ok(Deleted(0));
            }

            // What was added here as one content goes as one; of a list that was imported only the one signal goes.
            var together = await db.SignalBatches.AnyAsync(b => b.Number == one.Batch && b.Source == Source, ct)
                ? await db.Signals.AsNoTracking().Where(s => s.Batch == one.Batch && s.Bank == one.Bank && s.RemovedAt == null).Select(s => s.Id).ToListAsync(ct) : [one.Id];
            foreach (var signal in together)
            {
                await remove.Run(bank.Id, signal, new(Why), actor, ct);
            }

            return TypedResults.Ok(Deleted(1));
        }).Requires(Permission.EditBanks);
    }

    /// <summary>The banks that a client of HMA sees: all but those that one has deleted.</summary>
    internal static async Task<IReadOnlyList<BankAnswer>> All(ReadBanks read, CancellationToken ct)
    {
        var (banks, after) = (new List<BankAnswer>(), (string?)null);
        do
        {
            var page = await read.Run(new(after, Page<BankAnswer>.MaxSize), ct);
            after = page.Next;
            banks.AddRange(page.Rows.Where(IsThere));
        }
        while (after is not null);
        return banks;
    }

    /// <exception cref="NotFound">There is none of that name.</exception>
    internal static async Task<BankAnswer> Bank(ReadBanks read, string name, CancellationToken ct) =>
        await Known(read, name, ct) ?? throw new NotFound($"bank '{name}'");

    private static async Task<BankAnswer?> Known(ReadBanks read, string name, CancellationToken ct) => await read.Named(name, ct) is { } bank && IsThere(bank) ? bank : null;

    private static bool IsThere(BankAnswer bank) => bank.Enabled || !Deleted().IsMatch(bank.Name);

    private static Dictionary<string, object> Shape(BankAnswer bank) => new() { ["name"] = bank.Name, ["matching_enabled_ratio"] = bank.Enabled ? bank.EnabledRatio : 0 };

    private static async Task<IResult> Create(JsonElement body, CreateBank create, Actor actor, CancellationToken ct)
    {
        var name = Text(body, "name") ?? throw new BadInput("name", "name is required");
        if (!Name().IsMatch(name))
        {
            throw new BadInput("name", "Field `name` must match /^[A-Z0-9_]+$/");
        }

        var bank = await create.Run(new(new() { Name = name, OnMatch = OnMatch.Case, EnabledRatio = Ratio(body) ?? 1 }), actor, ct);
        return TypedResults.Json(Shape(bank), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> Change(string name, JsonElement body, ReadBanks read, EditBank edit, Actor actor, CancellationToken ct)
    {
        var bank = await Bank(read, name, ct);
        return TypedResults.Ok(Shape(await edit.Run(bank.Id, new(new() { Name = Text(body, "name"), EnabledRatio = Ratio(body) }, Why), actor, ct)));
    }

    // Banks are never destroyed here: it is put out of use under another name, and its own is free again.
    private static async Task<IResult> Delete(string name, ReadBanks read, EditBank edit, TimeProvider clock, Actor actor, CancellationToken ct)
    {
        if (await Known(read, name, ct) is { } bank)
        {
            await edit.Run(bank.Id, new(new() { Enabled = false, Name = $"{name[..Math.Min(name.Length, 60)]} (deleted {clock.GetUtcNow():yyyy-MM-dd HH:mm:ss.fff})" }, Why), actor, ct);
        }

        return TypedResults.Ok(new { message = "Done" });
    }

    private static Dictionary<string, int> Deleted(int count) => new() { ["deleted"] = count };

    private static async Task<Dictionary<string, object>> Add(BankAnswer bank, IReadOnlyDictionary<string, string> signals, AddSignals add, Db db, Actor actor, CancellationToken ct)
    {
        if (signals.Count == 0)
        {
            throw new BadInput("signals", "No signals given");
        }

        foreach (var (type, value) in signals)
        {
            HmaSignals.Query(type, value);
        }

        var added = await add.Run(bank.Id, new(Source, [.. signals.Select(s => new AddSignals.Written(s.Value, HmaSignals.Type(s.Key).Word()))]), actor, ct);
        var (first, number) = (signals.First(), await db.Banks.Where(b => b.Id == bank.Id).Select(b => b.Number).SingleAsync(ct));
        var (firstType, firstValue) = (HmaSignals.Type(first.Key), Convert.FromHexString(first.Value));
        var id = await db.Signals.Where(s => s.Batch == added.Batch).OrderBy(s => s.Id).Select(s => (long?)s.Id).FirstOrDefaultAsync(ct)
            ?? await db.Signals.Where(s => s.Bank == number && s.Type == firstType && s.Value == firstValue && s.RemovedAt == null).Select(s => s.Id).FirstAsync(ct);
        return new() { ["id"] = id, ["signals"] = signals };
    }

    private static async Task<Signal?> Content(Db db, BankAnswer bank, long id, CancellationToken ct)
    {
        var number = await db.Banks.Where(b => b.Id == bank.Id).Select(b => b.Number).SingleAsync(ct);
        return await db.Signals.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.Bank == number && s.RemovedAt == null, ct);
    }

    private static string? Text(JsonElement body, string name) => body.ValueKind is JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static double? Ratio(JsonElement body)
    {
        if (body.ValueKind is JsonValueKind.Object && body.TryGetProperty("enabled_ratio", out var ratio))
        {
            return double.TryParse(ratio.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var share) ? share : throw new BadInput("enabled_ratio", "enabled_ratio must be a number");
        }

        return body.ValueKind is JsonValueKind.Object && body.TryGetProperty("enabled", out var enabled) ? (enabled.ToString().ToLowerInvariant() is "true" or "1" ? 1 : 0) : null;
    }

    [GeneratedRegex("^[A-Z0-9_]+\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@" \(deleted [0-9-]{10} [0-9:.]{12}\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Deleted();
}
