using System.Globalization;

namespace Jaga.Deliveries;

/// <summary>What left or is to leave the house, newest first, and the whole story of one delivery.</summary>
public sealed class ReadDeliveries(Db db, IEnumerable<DeliveryReaders> readers)
{
    /// <summary>One delivery in a list.</summary>
    public sealed record Row(
        Id<Delivery> Id, string Receiver, string Type, Subject About, string? Stream, DeliveryState State, DateTimeOffset CreatedAt, DateTimeOffset DueAt,
        int Attempts, Outcome? LastOutcome, DateTimeOffset? FirstFailedAt, DateTimeOffset? ConfirmedAt, string? CancelledBecause);

    /// <summary>One try and what it came to.</summary>
    public sealed record Try(DateTimeOffset At, int TookMs, Outcome Outcome, int? Status, string? Excerpt);

    /// <summary>One delivery with its message, its receipt, and its last 200 tries, newest first. What was said and answered is null for whoever may not read what it is about.</summary>
    public sealed record Story(Row Delivery, string MessageId, string? Body, string? Receipt, IReadOnlyList<Try> Tries);

    /// <summary>Which deliveries; all that is null leaves all in.</summary>
    public sealed record Filter(DeliveryState? State = null, Id<Receiver>? Receiver = null, string? Type = null, string? AboutKind = null, string? AboutId = null, bool? Failing = null);

    public async Task<Page<Row>> Run(Filter filter, PageRequest page, CancellationToken ct)
    {
        var query = db.Deliveries.AsNoTracking();
        query = filter.State is { } state ? query.Where(d => d.State == state) : query;
        query = filter.Receiver is { } receiver ? query.Where(d => d.Receiver == receiver) : query;
        query = filter.Type is { } type ? query.Where(d => d.Type == type) : query;
        query = filter.AboutKind is { } kind ? query.Where(d => d.About.Kind == kind) : query;
        query = filter.AboutId is { } about ? query.Where(d => d.About.Id == about) : query;
        query = filter.Failing is true ? query.Where(d => d.State == DeliveryState.Waiting && d.FirstFailedAt != null) : query;
        if (page.After is { } after)
        {
            var before = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : throw new BadInput("after", "This cursor was not given out by this list.");
            query = query.Where(d => d.Seq < before);
        }

        var names = await db.Receivers.ToDictionaryAsync(r => r.Id, r => r.Name, ct);
        var rows = Page<Delivery>.Of(await query.OrderByDescending(d => d.Seq).Take(page.Rows + 1).ToListAsync(ct), page.Rows, d => d.Seq.ToString(CultureInfo.InvariantCulture));
        return new([.. rows.Rows.Select(d => Show(d, names[d.Receiver]))], rows.Next);
    }

    /// <param name="may">What the reader may do.</param>
    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<Story> One(Id<Delivery> id, Func<Permission, bool> may, CancellationToken ct)
    {
        var delivery = await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, ct) ?? throw new NotFound($"delivery {id}");
        var receiver = await db.Receivers.Where(r => r.Id == delivery.Receiver).Select(r => r.Name).SingleAsync(ct);
        var tries = await db.Attempts.AsNoTracking().Where(a => a.Delivery == id).OrderByDescending(a => a.At).Take(200).ToListAsync(ct);
        var open = may(readers.FirstOrDefault(r => r.Type == delivery.Type)?.Need ?? Permission.ReadCases);
        return new(Show(delivery, receiver), delivery.MessageId, open ? delivery.Body : null, open ? delivery.Receipt : null, [.. tries.Select(a => new Try(a.At, a.TookMs, a.Outcome, a.Status, a.Excerpt))]);
    }

    private static Row Show(Delivery d, string receiver) =>
        new(d.Id, receiver, d.Type, d.About, d.Stream, d.State, d.CreatedAt, d.DueAt, d.Attempts, d.LastOutcome, d.FirstFailedAt, d.ConfirmedAt, d.CancelledBecause);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/deliveries", (Choice<DeliveryState>? state, Id<Receiver>? receiver, string? type, string? aboutKind, string? aboutId, bool? failing, string? after, int? size, ReadDeliveries read, CancellationToken ct) =>
                read.Run(new(state?.Value, receiver, type, aboutKind, aboutId, failing), new(after, size), ct))
            .Requires(Permission.ReadDeliveries).WithTags("Deliveries").WithSummary("What left or is to leave Jaga, newest first");
        api.MapGet("/deliveries/{id}", (Id<Delivery> id, ReadDeliveries read, Actor actor, CancellationToken ct) => read.One(id, actor.May, ct))
            .Requires(Permission.ReadDeliveries).WithTags("Deliveries").WithSummary("One delivery, its tries, and for those who may read what it is about its message and its receipt");
    }
}

/// <summary>Who may read what is said in deliveries of a type: whoever may read what they are about. A type that no room names is read with the cases.</summary>
public sealed record DeliveryReaders(string Type, Permission Need);

/// <summary>How a room says who may read what it sends.</summary>
public static class DeliveryReading
{
    /// <summary>Deliveries of these types are read by whoever holds <paramref name="need"/>.</summary>
    public static IServiceCollection AddDeliveries(this IServiceCollection services, Permission need, params ReadOnlySpan<string> types)
    {
        foreach (var type in types)
        {
            services.AddSingleton(new DeliveryReaders(type, need));
        }

        return services;
    }
}
