// The framework and the kernel are everywhere. The other rooms that a file touches are named at its top.
global using Jaga.Kernel;
global using Microsoft.AspNetCore.Builder;
global using Microsoft.AspNetCore.Http;
global using Microsoft.AspNetCore.Http.HttpResults;
global using Microsoft.AspNetCore.Routing;
global using Microsoft.EntityFrameworkCore;
global using Microsoft.EntityFrameworkCore.Metadata.Builders;
global using Microsoft.Extensions.Configuration;
global using Microsoft.Extensions.DependencyInjection;
global using Microsoft.Extensions.Logging;
// The kernel's own, not the framework's answer of the same name.
global using NotFound = Jaga.Kernel.NotFound;
