using Jaga.Server.Pages.Actions;
using Jaga.Server.Pages.Agencies;
using Jaga.Server.Pages.Audit;
using Jaga.Server.Pages.Banks;
using Jaga.Server.Pages.Cases;
using Jaga.Server.Pages.Deliveries;
using Jaga.Server.Pages.Disclosures;
using Jaga.Server.Pages.Docs;
using Jaga.Server.Pages.Evidence;
using Jaga.Server.Pages.Exchanges;
using Jaga.Server.Pages.Flaggers;
using Jaga.Server.Pages.Home;
using Jaga.Server.Pages.Letters;
using Jaga.Server.Pages.Lookbacks;
using Jaga.Server.Pages.Obligations;
using Jaga.Server.Pages.Orders;
using Jaga.Server.Pages.Packages;
using Jaga.Server.Pages.People;
using Jaga.Server.Pages.Referrals;
using Jaga.Server.Pages.Reports;
using Jaga.Server.Pages.Shell;
using Jaga.Server.Pages.Statements;
using Jaga.Server.Pages.Status;
using Jaga.Server.Portal.Agencies;

namespace Jaga.Server.Pages;

/// <summary>
/// The pages of the staff: rendered on the server, without circuits. Each page is an endpoint with a permission like any other;
/// forms post to endpoints and are redirected, so that everything works without script.
/// </summary>
public static class ConsolePages
{
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddScoped<ReadConnection>().AddScoped<ReadFirstSteps>().AddScoped<ReadSubjects>();
        services.AddHttpContextAccessor();
        services.AddScoped<Viewer>();
        services.AddScoped(s => new Text(s.GetRequiredService<Viewer>().Language));
        services.AddScoped<Messages>().AddScoped<Typed>();
        services.AddScoped<ReadStanding>().AddScoped<ReadNames>().AddScoped<ReadInterface>().AddScoped<ReadCaseView>().AddScoped<Jaga.Cases.IDecidedPage, DecidedPage>();
        services.AddSingleton<Portal.HeldCodes>();
        return services.AddSingleton<IProblemDetailsWriter, HtmlProblems>();
    }

    /// <summary>Maps pages, forms and assets.</summary>
    public static IEndpointRouteBuilder MapConsole(this IEndpointRouteBuilder routes)
    {
        Bundle.Map(routes);
        // No antiforgery tokens: the gate refuses every write that another site may have caused (People/CrossSite).
        var pages = routes.MapGroup("").ExcludeFromDescription().DisableAntiforgery().AddEndpointFilter(new TellInThePage());
        PreferenceForms.Map(pages);
        Portal.ReportPortal.Map(pages);
        ActionPages.Map(pages);
        AgencyDoorPages.Map(pages);
        AgencyPages.Map(pages);
        AuditPages.Map(pages);
        DoorPages.Map(pages);
        AccountPages.Map(pages);
        PeoplePages.Map(pages);
        BankPages.Map(pages);
        CasePages.Map(pages);
        DeliveryPages.Map(pages);
        DisclosurePages.Map(pages);
        Portal.Requests.RequestPages.Map(pages);
        EvidencePages.Map(pages);
        ExchangePages.Map(pages);
        FlaggerPages.Map(pages);
        HomePages.Map(pages);
        LetterPages.Map(pages);
        LookbackPages.Map(pages);
        ObligationPages.Map(pages);
        OrderPages.Map(pages);
        CalendarPages.Map(pages);
        LadderPages.Map(pages);
        ReferralPages.Map(pages);
        PackagePages.Map(pages);
        EncryptionKeyPages.Map(pages);
        Portal.Packages.OwnPackagePages.Map(pages);
        Portal.Letters.OwnLetterPages.Map(pages);
        ReportPages.Map(pages);
        StatementPages.Map(pages);
        OnCallPages.Map(pages);
        ObligationReportPages.Map(pages);
        StatusPages.Map(pages);
        pages.MapGet("/docs", async (ReadInterface read, CancellationToken ct) => Page<DocsPage>(new { Rooms = await read.Run(ct) })).Public("the interface's description holds no data");
        Guides.Map(pages);
        pages.MapGet("/fragments/numbers", () => Page<Numbers>()).Requires(Permission.ReadObligations);
        return routes;
    }

    /// <summary>A page. Its type is not in the answer's: the compiler writes endpoints' binding code before it has made the pages of their .razor files.</summary>
    public static RazorComponentResult Page<TPage>(object? parameters = null)
        where TPage : Microsoft.AspNetCore.Components.IComponent => parameters is null ? new RazorComponentResult<TPage>() : new RazorComponentResult<TPage>(parameters);
}
