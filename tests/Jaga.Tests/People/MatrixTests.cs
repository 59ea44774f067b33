using System.Text;
using System.Text.RegularExpressions;
using Jaga.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Jaga.Tests.People;

/// <summary>Every endpoint of the product, driven by every role, by keys and by nobody, against the matrix.</summary>
public sealed partial class MatrixTests
{
    [Fact]
    public void Every_permission_stands_in_the_matrix_once_and_somebody_holds_it()
    {
        Assert.Equal(Enum.GetValues<Permission>(), Matrix.Rows.Order());
        Assert.All(Enum.GetValues<Permission>(), p => Assert.Contains(Enum.GetValues<Role>(), r => Matrix.Allows(r, p)));
    }

    [Fact]
    public void Administrators_see_no_case_and_no_evidence_by_their_role()
    {
        Permission[] media = [Permission.ReadCases, Permission.DecideCases, Permission.ReadEvidence, Permission.ExportEvidence, Permission.CheckItems];
        Assert.All(media, p => Assert.False(Matrix.Allows(Role.Administrator, p)));
    }

    [Fact]
    public void A_key_never_gets_more_than_the_integration_role()
    {
        Assert.Equal([Permission.CheckItems], Matrix.OfKey([Permission.CheckItems, Permission.DecideCases, Permission.EditPeople]));
    }

    [Fact]
    public async Task Every_endpoint_has_a_mark()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        Assert.Empty(Endpoints(jaga).Where(Unmarked).Select(e => e.DisplayName));
    }

    [Fact]
    public async Task An_endpoint_without_a_mark_lets_nobody_through()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, JagaHost.Routes(routes => routes.MapGet("/api/v1/forgotten", () => "secret")));
        Assert.Contains(Endpoints(jaga), Unmarked);

        Assert.Equal(HttpStatusCode.Forbidden, (await jaga.Anybody().GetAsync("/api/v1/forgotten")).StatusCode);
        foreach (var role in People)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await (await jaga.As(role)).GetAsync("/api/v1/forgotten")).StatusCode);
        }
    }

    [Fact]
    public async Task Every_endpoint_lets_in_whom_the_matrix_says_and_nobody_else()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var wrong = new List<string>();
        foreach (var endpoint in Endpoints(jaga).Where(e => !Unmarked(e)))
        {
            var required = endpoint.Metadata.GetOrderedMetadata<RequiredPermission>().Select(r => r.Permission).ToList();
            wrong.AddRange(await Try(jaga.Anybody(), endpoint, "nobody", required.Count == 0, HttpStatusCode.Unauthorized));
            wrong.AddRange(await Try(jaga.Bearing("jaga_000000000000_" + new string('x', 43)), endpoint, "a wrong key", required.Count == 0, HttpStatusCode.Unauthorized));
            foreach (var role in People)
            {
                // A new session each time: some endpoints end it.
                wrong.AddRange(await Try(await jaga.As(role), endpoint, role.ToString(), required.All(p => Matrix.Allows(role, p)), HttpStatusCode.Forbidden));
            }

            wrong.AddRange(await Try(await jaga.Key(), endpoint, "a key without scopes", required.Count == 0, HttpStatusCode.Forbidden));
            wrong.AddRange(await Try(await jaga.Key([.. Enum.GetValues<Permission>()]), endpoint, "a key with every scope", required.All(p => Matrix.Allows(Role.Integration, p)), HttpStatusCode.Forbidden));
            foreach (var other in Enum.GetValues<Permission>().Where(p => required.Count > 0 && !required.Contains(p) && Matrix.Allows(Role.Integration, p)))
            {
                wrong.AddRange(await Try(await jaga.Key(other), endpoint, $"a key for {other}", false, HttpStatusCode.Forbidden));
            }
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<Role> People => Enum.GetValues<Role>().Where(r => r is not Role.Integration);

    private static bool Unmarked(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<RequiredPermission>() is null && endpoint.Metadata.GetMetadata<PublicEndpoint>() is null;

    private static IEnumerable<RouteEndpoint> Endpoints(JagaHost jaga) => jaga.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static async Task<IEnumerable<string>> Try(HttpClient client, RouteEndpoint endpoint, string who, bool allowed, HttpStatusCode refusal)
    {
        using var _ = client;
        var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
        using var request = new HttpRequestMessage(new(method), Filled(endpoint));
        if (method is not ("GET" or "HEAD" or "DELETE"))
        {
            request.Content = new StringContent("{}", Encoding.UTF8, endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes[0] ?? "application/json");
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var refused = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        return allowed != refused && (allowed || response.StatusCode == refusal) ? [] : [$"{who}: {method} {endpoint.RoutePattern.RawText} answered {(int)response.StatusCode}"];
    }

    private static string Filled(RouteEndpoint endpoint) =>
        Parameter().Replace(endpoint.RoutePattern.RawText!, part => part.Value.Contains(":int", StringComparison.Ordinal) || part.Value.Contains(":long", StringComparison.Ordinal) ? "1" : "00000000-0000-7000-8000-000000000001");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
