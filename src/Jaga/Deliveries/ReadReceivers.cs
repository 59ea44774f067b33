namespace Jaga.Deliveries;

/// <summary>Who is delivered to, and whether it gets through. Secrets and the values of headers are never shown.</summary>
public sealed class ReadReceivers(Db db, MasterKey master)
{
    /// <param name="OpenSince">Since when nothing gets through; null while it does.</param>
    /// <param name="ProbeAt">When the next try is made to see whether it answers again.</param>
    /// <param name="Waiting">Deliveries that wait for it.</param>
    public sealed record Shown(
        Id<Receiver> Id, string Name, ReceiverKind Kind, string Url, bool AllowPrivate, int TimeoutMs, int Concurrency, bool Pages, bool Disabled,
        IReadOnlyList<string> Headers, DateTimeOffset? OldSecretUntil, int Failures, DateTimeOffset? OpenSince, DateTimeOffset? ProbeAt, int Waiting);

    public async Task<IReadOnlyList<Shown>> Run(CancellationToken ct)
    {
        var receivers = await db.Receivers.AsNoTracking().OrderBy(r => r.Name).ToListAsync(ct);
        var circuits = await db.Circuits.AsNoTracking().ToDictionaryAsync(c => c.Receiver, ct);
        var waiting = await db.Deliveries.Where(d => d.State == DeliveryState.Waiting).GroupBy(d => d.Receiver).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        return [.. receivers.Select(r => Show(r, circuits[r.Id], waiting.GetValueOrDefault(r.Id)))];
    }

    private Shown Show(Receiver r, Circuit circuit, int waiting) => new(
        r.Id, r.Name, r.Kind, r.Url, r.AllowPrivate, r.TimeoutMs, r.Concurrency, r.Pages, r.Disabled, [.. r.Headers(master).Keys],
        r.OldSecretUntil, circuit.Failures, circuit.OpenedAt, circuit.OpenUntil, waiting);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/receivers", (ReadReceivers read, CancellationToken ct) => read.Run(ct))
            .Requires(Permission.ReadDeliveries).WithTags("Deliveries").WithSummary("Who is delivered to, and whether it gets through");
}
