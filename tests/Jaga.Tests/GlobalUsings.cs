global using System.Net;
global using System.Net.Http.Json;
global using Jaga.Kernel;
global using Jaga.Server.Sandbox;
global using Jaga.Tests.Support;
global using Microsoft.EntityFrameworkCore;
global using Microsoft.Extensions.DependencyInjection;
global using Xunit;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
// Many hosts at once on two cores only make each other late.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: AssemblyFixture(typeof(PostgresClusterEnd))]
