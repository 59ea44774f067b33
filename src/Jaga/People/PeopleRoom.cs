using System.Net;
using Jaga.People.Agencies;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;

namespace Jaga.People;

/// <summary>Who works here and which programs call: accounts, roles, sign-in, sessions, keys, and the gate that measures every request against the <see cref="Matrix"/>.</summary>
public sealed class PeopleRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var settings = services.AddSettings<PeopleSettings>(configuration, "People", s => s.Wrong());
        services.AddSingleton<KnownKeys>();
        services.AddScoped<KnownSessions>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<SealedCookie>();
        services.AddSingleton<Passwords>();
        services.AddScoped<SecondFactor>();

        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = Passwords.Iterations);
        services.AddSingleton<IPasswordHasher<StaffMember>, PasswordHasher<StaffMember>>();
        services.AddIdentityCore<StaffMember>();
        services.AddScoped<IUserStore<StaffMember>, StaffStore>();
        services.AddScoped<IPasskeyHandler<StaffMember>, PasskeyHandler<StaffMember>>();
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            // The device knows whose it is and asks for finger, face or PIN: without these a passkey would be one factor.
            (passkeys.UserVerificationRequirement, passkeys.ResidentKeyRequirement) = ("required", "required");
            (passkeys.ServerDomain, passkeys.AuthenticatorTimeout) = (settings.PasskeyDomain is { Length: > 0 } domain ? domain : null, SealedCookie.Life);
        });

        services.AddScoped<OpenSession>().AddScoped<SignIn>().AddScoped<ConfirmSignIn>().AddScoped<SignInWithPasskey>().AddScoped<SignInWithLink>().AddScoped<EndSession>()
            .AddScoped<PrepareSetUp>().AddScoped<ReadLink>().AddScoped<CreateFirstAdministrator>().AddScoped<MakeSignInLink>().AddScoped<InviteStaff>().AddScoped<AcceptInvitation>()
            .AddScoped<ChangePassword>().AddScoped<ChangeProfile>().AddScoped<EnableTotp>().AddScoped<DisableTotp>().AddScoped<AddPasskey>().AddScoped<RemovePasskey>()
            .AddScoped<SetRoles>().AddScoped<DisableStaff>().AddScoped<CreateApiKey>().AddScoped<RevokeApiKey>()
            .AddScoped<ReadStaff>().AddScoped<ReadApiKeys>().AddScoped<ReadMe>()
            .AddScoped<AddAgency>().AddScoped<EditAgency>().AddScoped<VerifyAgency>().AddScoped<CloseAgency>().AddScoped<ReadAgencies>()
            .AddScoped<AddOfficer>().AddScoped<RemoveOfficer>().AddScoped<AddAgencyKey>().AddScoped<RevokeAgencyKey>();
        services.AddRecurring<ForgetSessions>("people.forget-sessions", TimeSpan.FromHours(6));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        SignIn.Map(api);
        ConfirmSignIn.Map(api);
        SignInWithPasskey.Map(api);
        SignInWithLink.Map(api);
        SignOut.Map(api);
        CreateFirstAdministrator.Map(api);
        AcceptInvitation.Map(api);
        ReadMe.Map(api);
        ChangeProfile.Map(api);
        ChangePassword.Map(api);
        EnableTotp.Map(api);
        DisableTotp.Map(api);
        AddPasskey.Map(api);
        RemovePasskey.Map(api);
        EndSession.Map(api);
        ReadStaff.Map(api);
        InviteStaff.Map(api);
        SetRoles.Map(api);
        DisableStaff.Map(api);
        ReadApiKeys.Map(api);
        CreateApiKey.Map(api);
        RevokeApiKey.Map(api);
        AddAgency.Map(api);
        EditAgency.Map(api);
        VerifyAgency.Map(api);
        CloseAgency.Map(api);
        ReadAgencies.Map(api);
        AddOfficer.Map(api);
        RemoveOfficer.Map(api);
        AddAgencyKey.Map(api);
        RevokeAgencyKey.Map(api);
    }
}

/// <summary>The room's part of a request's way.</summary>
public static class PeopleGate
{
    /// <summary>Believes trusted proxies about the caller's address. Comes first.</summary>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app)
    {
        var (settings, warning) = (app.ApplicationServices.GetRequiredService<PeopleSettings>(), Warning(app.ApplicationServices.GetRequiredService<ILogger<PeopleRoom>>()));
        if (settings.TrustedProxies.Count == 0)
        {
            return app.Use(warning);
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = settings.TrustedProxies.Count };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in settings.TrustedProxies)
        {
            options.KnownProxies.Add(IPAddress.Parse(proxy));
        }

        return app.UseForwardedHeaders(options).Use(warning);
    }

    // Once in a process's life: it is a setting that somebody forgot, and says so at the first request.
    private static Func<HttpContext, RequestDelegate, Task> Warning(ILogger logger)
    {
        var told = 0;
        return (http, next) =>
        {
            if (told == 0 && UntrustedProxy.Came(http.Request) && Interlocked.Exchange(ref told, 1) == 0)
            {
                logger.LogWarning(
                    "A request came through a proxy at {Peer} that People:TrustedProxies does not name. Its word is not believed: cookies are not marked Secure, and sessions and limits know one address for everybody. Add it there if it is yours",
                    http.Connection.RemoteIpAddress);
            }

            return next(http);
        };
    }

    /// <summary>Recognises the caller and enforces the endpoints' marks. Comes after routing.</summary>
    public static IApplicationBuilder UsePeople(this IApplicationBuilder app) => app.UseMiddleware<Gate>();
}
