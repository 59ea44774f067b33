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
    public void A_key_never_gets_more_than_its_role()
    {
        Assert.Equal([Permission.CheckItems], Matrix.OfKey(Role.Integration, [Permission.CheckItems, Permission.DecideCases, Permission.EditPeople]));
        Assert.Equal([Permission.UseAgencyDoor], Matrix.OfKey(Role.Officer, Enum.GetValues<Permission>()));
        Assert.Equal([Permission.FlagContent], Matrix.OfKey(Role.Flagger, Enum.GetValues<Permission>()));
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
        var everybody = await Everybody(jaga);
        var wrong = new List<string>();
        foreach (var endpoint in Endpoints(jaga).Where(e => !Unmarked(e)))
        {
            var required = endpoint.Metadata.GetOrderedMetadata<RequiredPermission>().Select(r => r.Permission).ToList();
            foreach (var caller in everybody)
            {
                var answer = await Ask(caller.Client, endpoint);
                if (answer is HttpStatusCode.Unauthorized && caller.Again is not null)
                {
                    // An endpoint before this one ended the session, as it should.
                    caller.Client = await caller.Again();
                    answer = await Ask(caller.Client, endpoint);
                }

                var expected = required.All(caller.Holds) ? (HttpStatusCode?)null : caller.Again is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden;
                if (answer != expected && (expected is not null || answer is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
                {
                    wrong.Add($"{caller.Who}: {endpoint.DisplayName} answered {(int)answer}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>One who calls: nobody (without <see cref="Again"/>), each role, and keys of every shape.</summary>
    private sealed class Caller(string who, HttpClient client, Func<Permission, bool> holds, Func<Task<HttpClient>>? again)
    {
        public string Who => who;

        public HttpClient Client { get; set; } = client;

        public Func<Permission, bool> Holds => holds;

        public Func<Task<HttpClient>>? Again => again;
    }

    private static async Task<List<Caller>> Everybody(JagaHost jaga)
    {
        List<Caller> all =
        [
            new("nobody", jaga.Anybody(), _ => false, null),
            new("a wrong key", jaga.Bearing("jaga_000000000000_" + new string('x', 43)), _ => false, null),
            new("a key without scopes", await jaga.Key(), _ => false, () => jaga.Key()),
            new("a key with every scope", await jaga.Key(Enum.GetValues<Permission>()), p => Matrix.Allows(Role.Integration, p), () => jaga.Key(Enum.GetValues<Permission>())),
        ];
        foreach (var role in People)
        {
            all.Add(new(role.ToString(), await jaga.As(role), p => Matrix.Allows(role, p), () => jaga.As(role)));
        }

        foreach (var scope in Matrix.Of([Role.Integration]))
        {
            all.Add(new($"a key for {scope}", await jaga.Key(scope), p => p == scope, () => jaga.Key(scope)));
        }

        foreach (var kind in (string[])["agency", "flagger"])
        {
            var (whom, role) = (new Subject(kind, "test"), kind is "agency" ? Role.Officer : Role.Flagger);
            all.Add(new($"a key of {whom}", await Key(), p => p is not Permission.OwnAccount && Matrix.Allows(role, p), Key));
            Task<HttpClient> Key() => jaga.KeyFor(whom, Enum.GetValues<Permission>());
        }

        return all;
    }

    private static IEnumerable<Role> People => StaffMember.StaffRoles.Append(Role.Officer);

    private static bool Unmarked(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<RequiredPermission>() is null && endpoint.Metadata.GetMetadata<PublicEndpoint>() is null;

    private static IEnumerable<RouteEndpoint> Endpoints(JagaHost jaga) => jaga.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static async Task<HttpStatusCode> Ask(HttpClient client, RouteEndpoint endpoint)
    {
        var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
        using var request = new HttpRequestMessage(new(method), Filled(endpoint));
        if (method is not ("GET" or "HEAD" or "DELETE"))
        {
            request.Content = Body(endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes is [var type, ..] ? type : "application/json");
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private static HttpContent Body(string type) => type switch
    {
        "multipart/form-data" => new MultipartFormDataContent { { new StringContent(""), "nothing" } },
        "application/x-www-form-urlencoded" => new FormUrlEncodedContent([]),
        "application/json" => new StringContent("{}", Encoding.UTF8, type),
        _ => new ByteArrayContent([]) { Headers = { ContentType = new(type) } },
    };

    private static string Filled(RouteEndpoint endpoint) =>
        Parameter().Replace(endpoint.RoutePattern.RawText!, part => part.Value.Contains(":int", StringComparison.Ordinal) || part.Value.Contains(":long", StringComparison.Ordinal) ? "1" : "00000000-0000-7000-8000-000000000001");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
