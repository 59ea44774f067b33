using Jaga.Audit;
using Jaga.People;

namespace Jaga.Obligations;

/// <summary>Sets who takes turns for a queue at a level, week by week, in place of what was set before; or ends the rota.</summary>
public sealed class SetRota(Db db, AuditLog audit, Regimes regimes, TimeProvider clock)
{
    /// <param name="Level">Owner, lead or head.</param>
    /// <param name="Zone">An IANA name, e.g. <c>Asia/Jakarta</c>.</param>
    /// <param name="Starts">The first handover, local: <c>2026-03-02T09:00</c>.</param>
    /// <param name="Members">Ids of members of staff, in the order of their weeks.</param>
    public sealed record Request(string Queue, Whom Level, string Zone, string Starts, IReadOnlyList<string> Members);

    public sealed record Answer(Id<Rota> Id);

    /// <exception cref="BadInput">One of the fields cannot be.</exception>
    public async Task<Answer> Run(Request request, Actor actor, CancellationToken ct)
    {
        await Check(request, ct);
        var (queue, level, members) = (request.Queue.Trim(), request.Level, request.Members.Distinct().ToList());
        await using var transaction = await db.Begin(ct);
        if (await db.Rotas.SingleOrDefaultAsync(r => r.Queue == queue && r.Level == level, ct) is not { } rota)
        {
            rota = new() { Id = Id<Rota>.New(clock), Queue = queue, Level = level, Zone = request.Zone, Starts = request.Starts, Members = members };
            db.Add(rota);
        }

        (rota.Zone, rota.Starts, rota.Members) = (request.Zone, request.Starts, members);
        audit.Record(actor, "rota.set", rota.Subject, details: new { queue, level, rota.Zone, rota.Starts, members });
        return await transaction.Commit(new Answer(rota.Id), ct);
    }

    /// <summary>Ends a rota: from then on whoever has the role is told.</summary>
    /// <exception cref="NotFound">There is none.</exception>
    public async Task End(Id<Rota> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var rota = await db.Rotas.SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound($"rota {id}");
        db.RemoveRange(await db.Covers.Where(c => c.Rota == id).ToListAsync(ct));
        db.Remove(rota);
        audit.Record(actor, "rota.ended", rota.Subject, details: new { rota.Queue, rota.Level });
        await transaction.Commit(ct);
    }

    private async Task Check(Request request, CancellationToken ct)
    {
        if (request.Queue?.Trim() is not { } queue || !regimes.HasQueue(queue))
        {
            throw new BadInput("queue", "No clause names this queue, so nobody of this rota would ever be called.");
        }

        if (request.Level is Whom.Everyone)
        {
            throw new BadInput("level", "Everyone is everyone; a rota is for owner, lead or head.");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(request.Zone ?? "", out _))
        {
            throw new BadInput("zone", "This is not the name of a time zone, such as Asia/Jakarta.");
        }

        if (Rota.Read(request.Starts) is null)
        {
            throw new BadInput("starts", "Write the first handover as 2026-03-02T09:00.");
        }

        if (request.Members is not { Count: > 0 and <= Rota.Most })
        {
            throw new BadInput("members", $"Name 1 to {Rota.Most} members of staff.");
        }

        foreach (var member in request.Members)
        {
            await MustWork(db, "members", member, ct);
        }
    }

    /// <exception cref="BadInput">Nobody with an open account has this id.</exception>
    internal static async Task MustWork(Db db, string field, string? person, CancellationToken ct)
    {
        if (!Id<StaffMember>.TryParse(person, null, out var id) || !await db.Staff.AnyAsync(s => s.Id == id && s.DisabledAt == null, ct))
        {
            throw new BadInput(field, "This is nobody with an open account.");
        }
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/rotas", (Request request, Actor actor, SetRota set, CancellationToken ct) => set.Run(request, actor, ct))
            .Requires(Permission.EditDuties).WithTags("Obligations").WithSummary("Set who takes turns for a queue at a level");
        api.MapPost("/rotas/{id}/end", async (Id<Rota> id, Actor actor, SetRota set, CancellationToken ct) =>
        {
            await set.End(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditDuties).WithTags("Obligations").WithSummary("End a rota");
    }
}
