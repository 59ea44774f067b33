using Jaga.People;

namespace Jaga.Obligations;

/// <summary>Gives what is owed to a member of staff, who is told first from then on, or back to its queue.</summary>
public sealed class AssignObligation(Db db, Duties duties)
{
    /// <param name="Person">The id of a member of staff; null for the queue.</param>
    public sealed record Request(string? Person);

    /// <exception cref="BadInput">There is no open account with this id.</exception>
    /// <exception cref="NotFound">There is no such obligation.</exception>
    /// <exception cref="RuleBroken">It is over.</exception>
    public async Task Run(Id<Obligation> id, Request request, Actor actor, CancellationToken ct)
    {
        var person = string.IsNullOrWhiteSpace(request.Person) ? null : request.Person.Trim();
        await using var transaction = await db.Begin(ct);
        if (person is not null && !(Id<StaffMember>.TryParse(person, null, out var staff) && await db.Staff.AnyAsync(s => s.Id == staff && s.DisabledAt == null, ct)))
        {
            throw new BadInput("person", "There is no open account with this id.");
        }

        await duties.Assign(id, person, actor, ct);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/obligations/{id}/assign", async (Id<Obligation> id, Request request, Actor actor, AssignObligation assign, CancellationToken ct) =>
        {
            await assign.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditObligations).WithTags("Obligations").WithSummary("Give it to a person, or back to its queue");
}
