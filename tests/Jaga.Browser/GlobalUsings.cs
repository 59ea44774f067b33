global using System.Net;
global using System.Net.Http.Json;
global using Jaga.Kernel;
global using Jaga.Tests.Support;
global using Microsoft.EntityFrameworkCore;
global using Microsoft.Extensions.DependencyInjection;
global using Xunit;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
// One browser, one page at a time: two cores do not paint faster in parallel.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Jaga.Browser.Chromium))]
