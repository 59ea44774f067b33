using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Jaga.Tests.Rules;

public sealed class EndpointTests
{
    [Fact]
    public async Task Every_endpoint_names_the_permission_it_needs_or_why_it_needs_none()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        Source.Keeps(Unmarked(jaga.Services.GetRequiredService<EndpointDataSource>()));
    }

    [Fact]
    public async Task The_rule_finds_an_endpoint_without_a_mark()
    {
        await using var app = WebApplication.CreateBuilder().Build();
        app.MapGet("/marked", () => "").Public("it says nothing");
        app.MapGet("/forgotten", () => "");
        Assert.Equal(["/forgotten"], Unmarked(((IEndpointRouteBuilder)app).DataSources.Single()));
    }

    private static List<string> Unmarked(EndpointDataSource endpoints) =>
        [.. endpoints.Endpoints.Where(e => e.Metadata.GetMetadata<RequiredPermission>() is null && e.Metadata.GetMetadata<PublicEndpoint>() is null).Select(e => ((RouteEndpoint)e).RoutePattern.RawText!)];
}
