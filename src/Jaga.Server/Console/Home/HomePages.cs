using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.Server.Operate;
using Jaga.Server.Pages.Actions;

namespace Jaga.Server.Pages.Home;

/// <summary>The first page: what is due, what is stuck, what one was told.</summary>
public static class HomePages
{
    private const int Few = 8;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/", async (ReadNumbers numbers, ReadFirstSteps first, ReadObligations obligations, ReadNotices notices, ReadReceivers receivers, ReadOnCall onCall, ReadConnection connection, TimeProvider clock, Actor actor, CancellationToken ct) =>
        // An officer's home is their own agency's door.
        actor.For is not null && actor.May(Permission.UseAgencyDoor) ? TypedResults.LocalRedirect("/agency") : (IResult)ConsolePages.Page<HomePage>(new
        {
            Numbers = await numbers.Run(ct),
            First = actor.May(Permission.EditPeople) ? await first.Run(actor, ct) : [],
            Unheard = actor.May(Permission.EditReceivers) || actor.May(Permission.EditDuties) ? await connection.Unheard(ct) : 0,
            Due = actor.May(Permission.ReadObligations) ? (await obligations.Run(new(), new(null, Few), clock.GetUtcNow(), ct)).Rows : [],
            Notices = actor.May(Permission.ReadObligations) ? (await notices.Run(actor, unread: true, new(null, Few), ct)).Rows : [],
            Turns = actor.May(Permission.ReadObligations) ? (await onCall.Run(ct)).Turns : [],
            Circuits = actor.May(Permission.ReadDeliveries) ? (await receivers.Run(ct)).Where(r => r.OpenSince is not null).ToList() : [],
        })).Requires(Permission.OwnAccount);
}
